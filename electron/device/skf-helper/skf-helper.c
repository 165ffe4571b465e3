/*
 * Loads one vendor's SKF library (GM/T 0016) that exists for 32-bit programs only, and makes the calls that the device
 * process asks for over stdin and stdout (electron/device/drivers/skf/helper). One library, one call at a time, no file,
 * no network, no state of its own. Build: build/compile/skf-helper.mjs.
 *
 * Frame, both ways: length u32 (at most MAX_BODY), body. Numbers are little-endian.
 *   first request   path of the library, UTF-8
 *   first answer    state u8 (LOADED, NOT_LOADED, NO_SKF), then why, text
 *   request         function u8, number of arguments u8, each: NOTHING | NUMBER u32 | GIVEN, LENT: length u32, bytes
 *   answer          state u8 (CALLED, ABSENT), code u32, each LENT argument as it is now: length u32, bytes
 * A frame that is none of these ends the process, as the end of its parent does. Whatever was in a frame is overwritten
 * before the next one is read: PINs pass here.
 */
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <fcntl.h>
#include <io.h>
#define SKF __stdcall
#else
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>
#define SKF
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uintptr_t Word;
_Static_assert(sizeof(Word) == 4, "this program is for 32-bit libraries: build it with -m32");

enum { MAX_BODY = 256 * 1024, MAX_PATH_BYTES = 4096, MAX_MEMORY = 128 * 1024, MAX_ARGUMENTS = 5 };
/* Some libraries write a little more than they tell. */
enum { SLACK = 1024 };
enum { NOTHING = 0, NUMBER = 1, GIVEN = 2, LENT = 3 };
enum { CALLED = 0, ABSENT = 1 };
enum { LOADED = 0, NOT_LOADED = 1, NO_SKF = 2 };

/* In the order of SIGNATURES in constants.ts; the last one takes its parameters by value. */
static const struct { const char *name; int arguments; } FUNCTIONS[] = {
  {"SKF_EnumDev", 3}, {"SKF_ConnectDev", 2}, {"SKF_DisConnectDev", 1}, {"SKF_GetDevInfo", 2},
  {"SKF_EnumApplication", 3}, {"SKF_OpenApplication", 3}, {"SKF_CloseApplication", 1}, {"SKF_GetPINInfo", 5},
  {"SKF_VerifyPIN", 4}, {"SKF_ClearSecureState", 1}, {"SKF_EnumContainer", 3}, {"SKF_OpenContainer", 3},
  {"SKF_CloseContainer", 1}, {"SKF_GetContainerType", 2}, {"SKF_ExportCertificate", 4}, {"SKF_ExportPublicKey", 4},
  {"SKF_ECCSignData", 4}, {"SKF_RSASignData", 5}, {"SKF_ImportSessionKey", 5}, {"SKF_Decrypt", 5},
  {"SKF_CloseHandle", 1}, {"SKF_DecryptInit", 1},
};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof FUNCTIONS[0], DECRYPT_INIT = FUNCTION_COUNT - 1 };

/* BLOCKCIPHERPARAM: no IV, padding or feedback is all that ECB takes. */
typedef struct { uint8_t iv[32]; uint32_t ivLength, padding, feedBits; } CipherParameters;

typedef uint32_t (SKF *Call1)(Word);
typedef uint32_t (SKF *Call2)(Word, Word);
typedef uint32_t (SKF *Call3)(Word, Word, Word);
typedef uint32_t (SKF *Call4)(Word, Word, Word, Word);
typedef uint32_t (SKF *Call5)(Word, Word, Word, Word, Word);
typedef uint32_t (SKF *CallInit)(Word, CipherParameters);

typedef struct { int kind; Word word; uint32_t length; uint8_t *memory; } Argument;

static void *functions[FUNCTION_COUNT];
static uint8_t body[MAX_BODY];
static FILE *answers;
/* The runtime's own buffer would keep what a token decrypted. */
static uint8_t outgoing[8 * 1024];

/* A plain memset before the end of memory's life may be left out by the compiler. */
static void wipe(void *memory, size_t length) {
  volatile uint8_t *at = memory;
  while (length--) *at++ = 0;
}

static void quit(int code) {
  wipe(body, sizeof body);
  /* No handler of the library's runs: it may hang. */
#ifdef _WIN32
  TerminateProcess(GetCurrentProcess(), (UINT)code);
#else
  _exit(code);
#endif
}

static uint32_t number(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void write_bytes(const void *bytes, size_t length) {
  if (fwrite(bytes, 1, length, answers) != length) quit(3);
}

static void write_number(uint32_t value) {
  uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  write_bytes(bytes, 4);
}

/* One frame into `body`; its length. Ends the process where there is none. */
static uint32_t read_frame(void) {
  uint8_t head[4];
  if (fread(head, 1, 4, stdin) != 4) quit(0);
  uint32_t length = number(head);
  if (length == 0 || length > MAX_BODY) quit(4);
  if (fread(body, 1, length, stdin) != length) quit(0);
  return length;
}

#ifdef _WIN32
static DWORD WINAPI watch_parent(void *parent) {
  WaitForSingleObject(parent, INFINITE);
  TerminateProcess(GetCurrentProcess(), 0);
  return 0;
}

/* A library that hangs never lets us see the end of stdin. */
static void die_with_parent(unsigned long parent) {
  HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, parent);
  if (!process || !CreateThread(NULL, 0, watch_parent, process, 0, NULL)) quit(5);
}

static void *load(const char *path, char *why, size_t room) {
  static WCHAR wide[MAX_PATH_BYTES + 1];
  if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, MAX_PATH_BYTES)) return NULL;
  /* No box that nobody can click away; the library's own neighbours are found beside it. */
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  void *library = LoadLibraryExW(wide, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (!library) snprintf(why, room, "LoadLibrary: error %lu", GetLastError());
  return library;
}

static void *find(void *library, const char *name) { return (void *)GetProcAddress(library, name); }
#else
static void die_with_parent(unsigned long parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) quit(5);
  /* It may have ended before it was asked for. */
  if ((unsigned long)getppid() != parent) quit(0);
}

static void *load(const char *path, char *why, size_t room) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const char *said = library ? NULL : dlerror();
  if (said) snprintf(why, room, "%s", said);
  return library;
}

static void *find(void *library, const char *name) { return dlsym(library, name); }
#endif

/* Frames go to the real stdout; what a library prints goes nowhere. */
static void take_stdout(void) {
#ifdef _WIN32
  _setmode(0, _O_BINARY);
  int own = _dup(1), nowhere = _open("NUL", _O_WRONLY);
  if (own < 0 || nowhere < 0 || _dup2(nowhere, 1) < 0 || _setmode(own, _O_BINARY) < 0) quit(5);
  answers = _fdopen(own, "wb");
#else
  int own = fcntl(1, F_DUPFD_CLOEXEC, 3), nowhere = open("/dev/null", O_WRONLY);
  if (own < 0 || nowhere < 0 || dup2(nowhere, 1) < 0) quit(5);
  answers = fdopen(own, "wb");
#endif
  if (!answers || setvbuf(stdin, NULL, _IONBF, 0) != 0) quit(5);
  if (setvbuf(answers, (char *)outgoing, _IOFBF, sizeof outgoing) != 0) quit(5);
}

static void load_library(void) {
  uint32_t length = read_frame();
  if (length > MAX_PATH_BYTES || memchr(body, 0, length)) quit(4);
  char path[MAX_PATH_BYTES + 1], why[512] = "";
  memcpy(path, body, length);
  path[length] = 0;
  void *library = load(path, why, sizeof why);
  int state = library ? LOADED : NOT_LOADED;
  for (int index = 0; library && index < FUNCTION_COUNT; index++)
    functions[index] = find(library, FUNCTIONS[index].name);
  /* A library without the functions to look at a token is none; the others may be missing. */
  if (library && (!functions[0] || !functions[1])) {
    state = NO_SKF;
    snprintf(why, sizeof why, "%s absent", FUNCTIONS[functions[0] ? 1 : 0].name);
  }
  uint8_t told = (uint8_t)state;
  write_number((uint32_t)(1 + strlen(why)));
  write_bytes(&told, 1);
  write_bytes(why, strlen(why));
  if (fflush(answers) != 0 || state != LOADED) quit(0);
}

/* Reads the arguments of a request; ends the process for what is no request. */
static int read_arguments(uint32_t length, Argument *into) {
  if (length < 2 || body[0] >= FUNCTION_COUNT || body[1] != FUNCTIONS[body[0]].arguments) quit(4);
  uint32_t at = 2;
  for (int index = 0; index < body[1]; index++) {
    Argument *argument = &into[index];
    memset(argument, 0, sizeof *argument);
    if (at >= length) quit(4);
    argument->kind = body[at++];
    if (argument->kind == NOTHING) continue;
    if (argument->kind > LENT || length - at < 4) quit(4);
    uint32_t value = number(body + at);
    at += 4;
    if (argument->kind == NUMBER) {
      argument->word = value;
      continue;
    }
    if (value > MAX_MEMORY || value > length - at) quit(4);
    argument->length = value;
    argument->memory = calloc(1, (size_t)value + SLACK);
    if (!argument->memory) quit(6);
    memcpy(argument->memory, body + at, value);
    argument->word = (Word)argument->memory;
    at += value;
  }
  if (at != length) quit(4);
  return body[1];
}

static uint32_t call(int function, const Argument *a) {
  void *to = functions[function];
  if (function == DECRYPT_INIT) {
    CipherParameters none;
    memset(&none, 0, sizeof none);
    return ((CallInit)to)(a[0].word, none);
  }
  switch (FUNCTIONS[function].arguments) {
    case 1: return ((Call1)to)(a[0].word);
    case 2: return ((Call2)to)(a[0].word, a[1].word);
    case 3: return ((Call3)to)(a[0].word, a[1].word, a[2].word);
    case 4: return ((Call4)to)(a[0].word, a[1].word, a[2].word, a[3].word);
    default: return ((Call5)to)(a[0].word, a[1].word, a[2].word, a[3].word, a[4].word);
  }
}

static void serve_one(void) {
  Argument arguments[MAX_ARGUMENTS];
  uint32_t length = read_frame();
  int function = body[0], count = read_arguments(length, arguments);
  wipe(body, length);
  uint8_t state = functions[function] ? CALLED : ABSENT;
  uint32_t code = state == CALLED ? call(function, arguments) : 0;
  uint32_t size = 5;
  for (int index = 0; index < count; index++)
    if (arguments[index].kind == LENT) size += 4 + arguments[index].length;
  write_number(size);
  write_bytes(&state, 1);
  write_number(code);
  for (int index = 0; index < count; index++) {
    Argument *argument = &arguments[index];
    if (argument->kind == LENT) {
      write_number(argument->length);
      write_bytes(argument->memory, argument->length);
    }
  }
  if (fflush(answers) != 0) quit(3);
  wipe(outgoing, sizeof outgoing);
  for (int index = 0; index < count; index++) {
    if (!arguments[index].memory) continue;
    wipe(arguments[index].memory, (size_t)arguments[index].length + SLACK);
    free(arguments[index].memory);
  }
}

int main(int count, char **values) {
  if (count != 2) {
    fputs("started by the device process, with its number\n", stderr);
    return 2;
  }
  take_stdout();
  die_with_parent(strtoul(values[1], NULL, 10));
  load_library();
  for (;;) serve_one();
}
