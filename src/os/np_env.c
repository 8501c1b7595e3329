/*
 * The environment, found without libc's help.
 *
 * libc sets environ when it is initialised.  Before that (ld.so allocates for
 * thread-local storage and for its own tables as soon as it has relocated us)
 * environ is NULL, and what the kernel left on the stack is read instead:
 *
 *      __libc_stack_end -> argc  argv[0] ... argv[argc-1] NULL
 *                          NAME=value ... NULL  auxv ...
 *
 * ld.so sets __libc_stack_end before it does anything else.  From there argv
 * is always taken: libc keeps no public pointer to it.
 */

#include "config.h"

#include "os/np_env.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define NP_ENV_COMMAND 64

/* of ld.so; weak, for a C library that has no such thing */
extern void *__libc_stack_end __attribute__((weak));

static char np_env_name[NP_ENV_COMMAND];


/* argc and argv as the kernel left them, or 0 */
static long
np_env_args(char ***argv)
{
    char **stack;

    if (&__libc_stack_end == NULL || __libc_stack_end == NULL) {
        return 0;
    }

    stack = __libc_stack_end;
    *argv = stack + 1;

    return (long) (size_t) stack[0];
}


const char *const *
np_env_list(void)
{
    static const char *const none[] = {NULL};
    char                   **argv = NULL;
    long                     argc;

    if (np_env_is_secure()) {
        return none;
    }

    if (environ != NULL) {
        return (const char *const *) environ;
    }

    argc = np_env_args(&argv);

    return argv == NULL ? none : (const char *const *) argv + argc + 1;
}


const char *
np_env_get(const char *name)
{
    const char *const *e;
    size_t             n = strlen(name);

    for (e = np_env_list(); *e != NULL; e++) {
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=') {
            return *e + n + 1;
        }
    }

    return NULL;
}


int
np_env_is_secure(void)
{
    int err = errno, secure;

    /* sets errno where the kernel does not say */
    secure = getauxval(AT_SECURE) != 0;
    errno = err;

    return secure;
}


const char *
np_env_command(void)
{
    const char *s, *slash;
    char      **argv = NULL;
    size_t      n;

    if (np_env_name[0] != '\0') {
        return np_env_name;
    }

    s = np_env_args(&argv) > 0 ? argv[0] : "?";
    slash = strrchr(s, '/');
    s = slash == NULL ? s : slash + 1;
    s = *s == '\0' ? "?" : s;

    n = strnlen(s, NP_ENV_COMMAND - 1);
    memcpy(np_env_name, s, n);

    return np_env_name;
}


const char *
np_env_program(void)
{
    const char *name;
    int         err = errno;

    name = (const char *) getauxval(AT_EXECFN);
    errno = err;

    return name != NULL ? name : "";
}
