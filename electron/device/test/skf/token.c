/*
 * A software token behind the interface of GM/T 0016, for tests: keys by OpenSSL, everything else files.
 *
 * The folder beside this library is the token:
 *   present              the token is plugged in while this file exists; its content tells one plugging from the next
 *   serial, pin, tries   text; a wrong PIN takes one try, at 0 it is locked
 *   <app>/<container>/   sign.key, enc.key (PEM), sign.cer, enc.cer (DER)
 *   switch               one line "<name> [number]": how the token misbehaves, see below
 * Like real ones it refuses foreign and stale handles, wrong lengths, small buffers, keys used without the PIN and
 * keys used for what they are not for. SKF_ULONG is the vendor's idea of an unsigned long.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#ifndef SKF_ULONG
#define SKF_ULONG uint32_t
#endif

typedef SKF_ULONG ULONG;
typedef int32_t BOOL;
typedef uint8_t BYTE;
typedef void *HANDLE;

#define API __attribute__((visibility("default")))

enum {
  OK = 0,
  FAIL = 0x0A000001,
  NOT_SUPPORTED = 0x0A000003,
  BAD_HANDLE = 0x0A000005,
  BAD_PARAMETER = 0x0A000006,
  BAD_DATA_LENGTH = 0x0A000010,
  BAD_DATA = 0x0A000011,
  NO_KEY = 0x0A00001B,
  NO_CERTIFICATE = 0x0A00001C,
  BUFFER_SMALL = 0x0A000020,
  REMOVED = 0x0A000023,
  PIN_INCORRECT = 0x0A000024,
  PIN_LOCKED = 0x0A000025,
  PIN_LENGTH = 0x0A000027,
  NOT_LOGGED_IN = 0x0A00002D,
  NO_APPLICATION = 0x0A00002E,
  NO_FILE = 0x0A000031,
  SM4_ECB = 0x00000401,
  MAX_TRIES = 6,
};

#pragma pack(push, 1)
typedef struct { ULONG bits; BYTE x[64]; BYTE y[64]; } EccPublic;
typedef struct { BYTE r[64]; BYTE s[64]; } EccSignature;
typedef struct { BYTE x[64]; BYTE y[64]; BYTE hash[32]; ULONG length; BYTE cipher[1]; } EccCipher;
typedef struct { ULONG algorithm; ULONG bits; BYTE modulus[256]; BYTE exponent[4]; } RsaPublic;
typedef struct { BYTE iv[32]; ULONG ivLength; ULONG padding; ULONG feedBits; } CipherParameters;
typedef struct {
  BYTE version[2]; char manufacturer[64]; char issuer[64]; char label[32]; char serial[32];
  BYTE hardware[2]; BYTE firmware[2];
  ULONG symmetric; ULONG asymmetric; ULONG hash; ULONG authentication; ULONG total; ULONG free;
  BYTE reserved[64];
} DeviceInfo;
#pragma pack(pop)

/* ---- the token's files ---- */

static const char *folder(void) {
  static char path[4096];
  Dl_info info;
  if (path[0] == 0 && dladdr((void *)folder, &info)) {
    snprintf(path, sizeof path, "%s", info.dli_fname);
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
  }
  return path;
}

static long slurp(const char *name, BYTE *into, long room) {
  char path[8192];
  snprintf(path, sizeof path, "%s/%s", folder(), name);
  FILE *file = fopen(path, "rb");
  if (!file) return -1;
  long length = (long)fread(into, 1, (size_t)room, file);
  fclose(file);
  return length;
}

static void text(const char *name, char *into, long room) {
  long length = slurp(name, (BYTE *)into, room - 1);
  into[length < 0 ? 0 : length] = 0;
  into[strcspn(into, "\r\n")] = 0;
}

static void spill(const char *name, const char *content) {
  char path[8192];
  snprintf(path, sizeof path, "%s/%s", folder(), name);
  FILE *file = fopen(path, "wb");
  if (!file) return;
  fputs(content, file);
  fclose(file);
}

static void pull(void) {
  char path[8192];
  snprintf(path, sizeof path, "%s/present", folder());
  unlink(path);
}

/* Whether the token misbehaves in this way; `number` receives what stands behind the name. */
static int wants(const char *name, unsigned long long *number) {
  char line[128];
  text("switch", line, sizeof line);
  size_t length = strlen(name);
  if (strncmp(line, name, length) != 0 || (line[length] != 0 && line[length] != ' ')) return 0;
  if (number) *number = strtoull(line + length, NULL, 0);
  return 1;
}

static ULONG lied(const char *name, ULONG truth) {
  unsigned long long lie;
  return wants(name, &lie) ? (ULONG)lie : truth;
}

static int tries(void) {
  char line[16];
  text("tries", line, sizeof line);
  return atoi(line);
}

static void setTries(int left) {
  char line[16];
  snprintf(line, sizeof line, "%d", left);
  spill("tries", line);
}

/* ---- handles ---- */

typedef enum { DEVICE = 1, APPLICATION, CONTAINER, SESSION_KEY } Kind;
typedef struct Handle {
  Kind kind;
  struct Handle *parent;
  char name[256];
  char plugging[64];
  int isLoggedIn;
  BYTE key[16];
  int isReady;
  struct Handle *next;
} Handle;

static Handle *handles;

static Handle *makeHandle(Kind kind, Handle *parent, const char *name) {
  Handle *made = calloc(1, sizeof *made);
  made->kind = kind;
  made->parent = parent;
  snprintf(made->name, sizeof made->name, "%s", name);
  text("present", made->plugging, sizeof made->plugging);
  made->next = handles;
  handles = made;
  return made;
}

static ULONG check(HANDLE raw, Kind kind, Handle **found) {
  for (Handle *each = handles; each; each = each->next) {
    if ((HANDLE)each != raw) continue;
    if (each->kind != kind) return BAD_HANDLE;
    char now[64];
    text("present", now, sizeof now);
    if (now[0] == 0) return REMOVED;
    if (strcmp(now, each->plugging) != 0) return BAD_HANDLE;
    *found = each;
    return OK;
  }
  return BAD_HANDLE;
}

static ULONG closeHandle(HANDLE raw, Kind kind) {
  for (Handle **each = &handles; *each; each = &(*each)->next) {
    Handle *this = *each;
    if ((HANDLE)this != raw || this->kind != kind) continue;
    for (Handle *child = handles; child; child = child->next)
      if (child->parent == this) return BAD_HANDLE;
    *each = this->next;
    OPENSSL_cleanse(this->key, sizeof this->key);
    free(this);
    return OK;
  }
  return BAD_HANDLE;
}

static int isName(const char *name) {
  return name && name[0] && name[0] != '.' && !strchr(name, '/') && strlen(name) < 128;
}

/* Names of folders in `where`, each ended by NUL, the list by another one. */
static ULONG listFolders(const char *where, char *list, ULONG *size) {
  if (!size) return BAD_PARAMETER;
  char path[8192], all[4096];
  snprintf(path, sizeof path, "%s/%s", folder(), where);
  size_t length = 0;
  DIR *directory = opendir(path);
  if (directory) {
    struct dirent *entry;
    while ((entry = readdir(directory))) {
      char inner[9000];
      struct stat state;
      snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
      if (!isName(entry->d_name) || stat(inner, &state) != 0 || !S_ISDIR(state.st_mode)) continue;
      if (length + strlen(entry->d_name) + 2 > sizeof all) break;
      strcpy(all + length, entry->d_name);
      length += strlen(entry->d_name) + 1;
    }
    closedir(directory);
  }
  all[length++] = 0;
  ULONG room = *size;
  *size = (ULONG)length;
  if (!list) return OK;
  if (room < length) return BUFFER_SMALL;
  memcpy(list, all, length);
  return OK;
}

static ULONG give(const void *from, ULONG length, BYTE *into, ULONG *size) {
  if (!size) return BAD_PARAMETER;
  ULONG room = *size;
  *size = length;
  if (!into) return OK;
  if (room < length) return BUFFER_SMALL;
  memcpy(into, from, length);
  return OK;
}

static EVP_PKEY *keyOf(Handle *container, const char *which) {
  char path[8192];
  snprintf(path, sizeof path, "%s/%s/%s/%s.key", folder(), container->parent->name, container->name, which);
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
  fclose(file);
  return key;
}

/* ---- devices ---- */

API ULONG SKF_EnumDev(BOOL present, char *list, ULONG *size) {
  (void)present;
  if (!size) return BAD_PARAMETER;
  unsigned long long lie;
  if (wants("noise", NULL)) {
    puts("SKF: some vendors print what they do");
    fflush(stdout);
  }
  if (wants("list-length", &lie)) {
    if (list && *size > 0) memset(list, 'A', *size < 65536 ? *size : 65536);
    *size = (ULONG)lie;
    return OK;
  }
  char now[64];
  text("present", now, sizeof now);
  if (now[0] == 0) return give("\0", 2, (BYTE *)list, size);
  static const char name[] = "Soft Token\0";
  return give(name, sizeof name, (BYTE *)list, size);
}

API ULONG SKF_ConnectDev(const char *name, HANDLE *device) {
  if (!name || !device) return BAD_PARAMETER;
  char now[64];
  text("present", now, sizeof now);
  if (now[0] == 0 || strcmp(name, "Soft Token") != 0) return REMOVED;
  *device = makeHandle(DEVICE, NULL, name);
  return OK;
}

API ULONG SKF_DisConnectDev(HANDLE device) { return closeHandle(device, DEVICE); }

API ULONG SKF_GetDevInfo(HANDLE raw, DeviceInfo *info) {
  Handle *device;
  ULONG code = check(raw, DEVICE, &device);
  if (code != OK) return code;
  if (!info) return BAD_PARAMETER;
  memset(info, 0, sizeof *info);
  info->version[0] = 1;
  if (wants("endless-text", NULL)) {
    memset(info, 'Z', sizeof *info);
    return OK;
  }
  strcpy(info->manufacturer, "\xC8\xED\xBC\xFE"); /* 软件 in GBK, as some vendors write it */
  strcpy(info->issuer, "FieldCert tests");
  strcpy(info->label, "\xE6\xB5\x8B\xE8\xAF\x95"); /* 测试 in UTF-8 */
  text("serial", info->serial, sizeof info->serial);
  return OK;
}

/* ---- applications and the PIN ---- */

API ULONG SKF_EnumApplication(HANDLE raw, char *list, ULONG *size) {
  Handle *device;
  ULONG code = check(raw, DEVICE, &device);
  return code == OK ? listFolders(".", list, size) : code;
}

API ULONG SKF_OpenApplication(HANDLE raw, const char *name, HANDLE *application) {
  Handle *device;
  ULONG code = check(raw, DEVICE, &device);
  if (code != OK) return code;
  if (!isName(name) || !application) return BAD_PARAMETER;
  char path[8192];
  snprintf(path, sizeof path, "%s/%s", folder(), name);
  if (access(path, F_OK) != 0) return NO_APPLICATION;
  *application = makeHandle(APPLICATION, device, name);
  return OK;
}

API ULONG SKF_CloseApplication(HANDLE raw) { return closeHandle(raw, APPLICATION); }

API ULONG SKF_GetPINInfo(HANDLE raw, ULONG type, ULONG *most, ULONG *left, BOOL *isDefault) {
  Handle *application;
  ULONG code = check(raw, APPLICATION, &application);
  if (code != OK) return code;
  if (type > 1 || !most || !left || !isDefault) return BAD_PARAMETER;
  *most = MAX_TRIES;
  *left = lied("tries-left", (ULONG)tries());
  *isDefault = 0;
  return OK;
}

API ULONG SKF_VerifyPIN(HANDLE raw, ULONG type, const char *pin, ULONG *left) {
  Handle *application;
  ULONG code = check(raw, APPLICATION, &application);
  if (code != OK) return code;
  if (type > 1 || !pin || !left) return BAD_PARAMETER;
  if (strlen(pin) < 6 || strlen(pin) > 16) return PIN_LENGTH;
  int now = tries();
  if (now <= 0) {
    *left = 0;
    return PIN_LOCKED;
  }
  char right[64];
  text("pin", right, sizeof right);
  if (type == 1 && strcmp(pin, right) == 0) {
    setTries(MAX_TRIES);
    *left = MAX_TRIES;
    application->isLoggedIn = 1;
    return OK;
  }
  setTries(now - 1);
  *left = lied("tries-left", (ULONG)(now - 1));
  return now - 1 == 0 ? PIN_LOCKED : PIN_INCORRECT;
}

API ULONG SKF_ClearSecureState(HANDLE raw) {
  Handle *application;
  ULONG code = check(raw, APPLICATION, &application);
  if (code != OK) return code;
  application->isLoggedIn = 0;
  spill("cleared", "1");
  return OK;
}

/* ---- containers ---- */

API ULONG SKF_EnumContainer(HANDLE raw, char *list, ULONG *size) {
  Handle *application;
  ULONG code = check(raw, APPLICATION, &application);
  return code == OK ? listFolders(application->name, list, size) : code;
}

API ULONG SKF_OpenContainer(HANDLE raw, const char *name, HANDLE *container) {
  Handle *application;
  ULONG code = check(raw, APPLICATION, &application);
  if (code != OK) return code;
  if (!isName(name) || !container) return BAD_PARAMETER;
  char path[8192];
  snprintf(path, sizeof path, "%s/%s/%s", folder(), application->name, name);
  if (access(path, F_OK) != 0) return NO_FILE;
  *container = makeHandle(CONTAINER, application, name);
  return OK;
}

API ULONG SKF_CloseContainer(HANDLE raw) { return closeHandle(raw, CONTAINER); }

API ULONG SKF_GetContainerType(HANDLE raw, ULONG *type) {
  Handle *container;
  ULONG code = check(raw, CONTAINER, &container);
  if (code != OK) return code;
  if (!type) return BAD_PARAMETER;
  EVP_PKEY *key = keyOf(container, "sign");
  if (!key) key = keyOf(container, "enc");
  *type = lied("container-type", !key ? 0 : EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? 1 : 2);
  EVP_PKEY_free(key);
  return OK;
}

API ULONG SKF_ExportCertificate(HANDLE raw, BOOL forSigning, BYTE *into, ULONG *size) {
  Handle *container;
  ULONG code = check(raw, CONTAINER, &container);
  if (code != OK) return code;
  if (!size) return BAD_PARAMETER;
  char name[600];
  BYTE der[16384];
  snprintf(name, sizeof name, "%s/%s/%s.cer", container->parent->name, container->name, forSigning ? "sign" : "enc");
  long length = slurp(name, der, sizeof der);
  if (length < 0) return NO_CERTIFICATE;
  code = give(der, (ULONG)length, into, size);
  *size = lied("certificate-length", *size);
  return code;
}

API ULONG SKF_ExportPublicKey(HANDLE raw, BOOL forSigning, BYTE *into, ULONG *size) {
  Handle *container;
  ULONG code = check(raw, CONTAINER, &container);
  if (code != OK) return code;
  EVP_PKEY *key = keyOf(container, forSigning ? "sign" : "enc");
  if (!key) return NO_KEY;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    RsaPublic blob = {0};
    BIGNUM *n = NULL, *e = NULL;
    EVP_PKEY_get_bn_param(key, "n", &n);
    EVP_PKEY_get_bn_param(key, "e", &e);
    blob.algorithm = 0x00010000;
    blob.bits = (ULONG)BN_num_bits(n);
    BN_bn2binpad(n, blob.modulus, sizeof blob.modulus);
    BN_bn2binpad(e, blob.exponent, sizeof blob.exponent);
    BN_free(n);
    BN_free(e);
    code = give(&blob, sizeof blob, into, size);
  } else {
    EccPublic blob = {0};
    BIGNUM *x = NULL, *y = NULL;
    EVP_PKEY_get_bn_param(key, "qx", &x);
    EVP_PKEY_get_bn_param(key, "qy", &y);
    blob.bits = 256;
    BN_bn2binpad(x, blob.x, 64);
    BN_bn2binpad(y, blob.y, 64);
    BN_free(x);
    BN_free(y);
    code = give(&blob, sizeof blob, into, size);
  }
  EVP_PKEY_free(key);
  if (size) *size = lied("public-key-length", *size);
  return code;
}

/* ---- using keys ---- */

/* What may go wrong at the moment of use: death, delay, a hand that pulls the token. */
static ULONG mishap(void) {
  unsigned long long number = 0;
  if (wants("crash", NULL)) raise(SIGSEGV);
  if (wants("slow", &number)) usleep((useconds_t)(number * 1000));
  if (wants("pull", NULL)) {
    pull();
    return FAIL;
  }
  if (wants("code", &number)) return (ULONG)number;
  return OK;
}

static ULONG readyKey(HANDLE raw, Handle **container) {
  ULONG code = check(raw, CONTAINER, container);
  if (code != OK) return code;
  if (!(*container)->parent->isLoggedIn) return NOT_LOGGED_IN;
  return mishap();
}

static int rawSign(EVP_PKEY *key, const BYTE *data, size_t length, BYTE *into, size_t *size) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
  int isDone = context && EVP_PKEY_sign_init(context) > 0;
  if (isDone && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
    isDone = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
  isDone = isDone && EVP_PKEY_sign(context, into, size, data, length) > 0;
  EVP_PKEY_CTX_free(context);
  return isDone;
}

API ULONG SKF_ECCSignData(HANDLE raw, BYTE *data, ULONG length, EccSignature *signature) {
  Handle *container;
  ULONG code = readyKey(raw, &container);
  if (code != OK) return code;
  if (!data || !signature) return BAD_PARAMETER;
  if (length != 32) return BAD_DATA_LENGTH;
  EVP_PKEY *key = keyOf(container, "sign");
  if (!key || EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    EVP_PKEY_free(key);
    return NO_KEY;
  }
  BYTE der[256];
  size_t size = sizeof der;
  int isDone = rawSign(key, data, length, der, &size);
  EVP_PKEY_free(key);
  if (!isDone) return FAIL;
  const BYTE *at = der;
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)size);
  if (!pair) return FAIL;
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature->r, 64);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature->s, 64);
  ECDSA_SIG_free(pair);
  if (wants("foreign-signature", NULL)) memset(signature, 0x5A, sizeof *signature);
  if (wants("empty-signature", NULL)) memset(signature, 0, sizeof *signature);
  return OK;
}

API ULONG SKF_RSASignData(HANDLE raw, BYTE *data, ULONG length, BYTE *into, ULONG *size) {
  Handle *container;
  ULONG code = readyKey(raw, &container);
  if (code != OK) return code;
  if (!data || !size) return BAD_PARAMETER;
  EVP_PKEY *key = keyOf(container, "sign");
  if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
    EVP_PKEY_free(key);
    return NO_KEY;
  }
  ULONG modulus = (ULONG)EVP_PKEY_get_size(key);
  BYTE signature[1024];
  size_t made = sizeof signature;
  code = length > modulus - 11 ? BAD_DATA_LENGTH : rawSign(key, data, length, signature, &made) ? OK : FAIL;
  EVP_PKEY_free(key);
  if (code != OK) return code;
  code = give(signature, (ULONG)made, into, size);
  *size = lied("signature-length", *size);
  return code;
}

/* SM2Ciphertext of GM/T 0009, which OpenSSL reads: SEQUENCE{x, y, hash, cipher}. */
static int cipherDer(const EccCipher *blob, BYTE *into) {
  BYTE body[512];
  int length = 0;
  for (int half = 0; half < 2; half++) {
    const BYTE *number = (half ? blob->y : blob->x) + 32;
    int skip = 0;
    while (skip < 31 && number[skip] == 0) skip++;
    int pad = number[skip] >= 0x80;
    body[length++] = 2;
    body[length++] = (BYTE)(32 - skip + pad);
    if (pad) body[length++] = 0;
    memcpy(body + length, number + skip, (size_t)(32 - skip));
    length += 32 - skip;
  }
  body[length++] = 4;
  body[length++] = 32;
  memcpy(body + length, blob->hash, 32);
  length += 32;
  body[length++] = 4;
  body[length++] = (BYTE)blob->length;
  memcpy(body + length, blob->cipher, blob->length);
  length += (int)blob->length;
  int head = 0;
  into[head++] = 0x30;
  if (length >= 0x80) into[head++] = 0x81;
  into[head++] = (BYTE)length;
  memcpy(into + head, body, (size_t)length);
  return head + length;
}

API ULONG SKF_ImportSessionKey(HANDLE raw, ULONG algorithm, BYTE *wrapped, ULONG length, HANDLE *session) {
  Handle *container;
  ULONG code = readyKey(raw, &container);
  if (code != OK) return code;
  if (!wrapped || !session) return BAD_PARAMETER;
  if (algorithm != SM4_ECB || wants("no-sm4", NULL)) return NOT_SUPPORTED;
  const EccCipher *blob = (const EccCipher *)wrapped;
  if (length < sizeof *blob || blob->length != 16 || length < sizeof *blob - 1 + blob->length) return BAD_DATA_LENGTH;
  for (int index = 0; index < 32; index++)
    if (blob->x[index] || blob->y[index]) return BAD_DATA;
  EVP_PKEY *key = keyOf(container, "enc");
  if (!key) return NO_KEY;
  BYTE der[600], plain[64];
  size_t size = sizeof plain;
  int derLength = cipherDer(blob, der);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
  int isDone = context && EVP_PKEY_decrypt_init(context) > 0 &&
               EVP_PKEY_decrypt(context, plain, &size, der, (size_t)derLength) > 0 && size == 16;
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(key);
  if (!isDone) return BAD_DATA;
  Handle *made = makeHandle(SESSION_KEY, container, "");
  memcpy(made->key, plain, 16);
  *session = made;
  return OK;
}

API ULONG SKF_DecryptInit(HANDLE raw, CipherParameters parameters) {
  Handle *session;
  ULONG code = check(raw, SESSION_KEY, &session);
  if (code != OK) return code;
  if (parameters.ivLength != 0 || parameters.padding != 0 || parameters.feedBits != 0) return BAD_PARAMETER;
  session->isReady = 1;
  return OK;
}

API ULONG SKF_Decrypt(HANDLE raw, BYTE *data, ULONG length, BYTE *into, ULONG *size) {
  Handle *session;
  ULONG code = check(raw, SESSION_KEY, &session);
  if (code != OK) return code;
  if (!session->isReady || !data || !size) return BAD_PARAMETER;
  if (length == 0 || length % 16 != 0 || length > 512) return BAD_DATA_LENGTH;
  BYTE plain[528];
  int made = 0;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  EVP_DecryptInit_ex(context, EVP_sm4_ecb(), NULL, session->key, NULL);
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_DecryptUpdate(context, plain, &made, data, (int)length);
  EVP_CIPHER_CTX_free(context);
  code = give(plain, (ULONG)made, into, size);
  *size = lied("plain-length", *size);
  OPENSSL_cleanse(plain, sizeof plain);
  return code;
}

API ULONG SKF_CloseHandle(HANDLE raw) { return closeHandle(raw, SESSION_KEY); }
