/* A PKCS#11 library in front of another (REAL), which waits before each C_Sign as long as the file PAUSE says, in
   milliseconds: what a hardware token takes, where software takes none. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long (*sign_function)(unsigned long, void *, unsigned long, void *, void *);
typedef unsigned long (*list_function)(void **);

/* CK_FUNCTION_LIST: a version, then 68 functions; C_Sign is the one at 43 (PKCS#11 v2.40). */
struct function_list {
  unsigned char version[2];
  void *functions[68];
};

static struct function_list list;
static sign_function real_sign;

static unsigned long slow_sign(unsigned long session, void *data, unsigned long length, void *signature,
                               void *signature_length) {
  unsigned int milliseconds = 0;
  FILE *file = fopen(PAUSE, "r");
  if (file != NULL) {
    if (fscanf(file, "%u", &milliseconds) != 1) milliseconds = 0;
    fclose(file);
  }
  usleep(milliseconds * 1000);
  return real_sign(session, data, length, signature, signature_length);
}

unsigned long C_GetFunctionList(void **given) {
  if (real_sign == NULL) {
    void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
    list_function get = library == NULL ? NULL : (list_function)dlsym(library, "C_GetFunctionList");
    void *real = NULL;
    if (get == NULL || get(&real) != 0) return 5;
    memcpy(&list, real, sizeof list);
    real_sign = (sign_function)list.functions[43];
    list.functions[43] = (void *)slow_sign;
  }
  *given = &list;
  return 0;
}
