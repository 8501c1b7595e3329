/*
 * A malloc in front of the library that puts something before each object, and
 * takes memory by glibc's other names: none of these calls comes back to it.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void  __libc_free(void *m);
void *__libc_realloc(void *m, size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_memalign(size_t align, size_t n);
void *__libc_valloc(size_t n);

#define NP_BEFORE 64

static unsigned entered;


void *
malloc(size_t n)
{
    char *m = __libc_malloc(n + NP_BEFORE);

    entered++;

    return m == NULL ? NULL : m + NP_BEFORE;
}


void *
calloc(size_t count, size_t size)
{
    char *m = __libc_calloc(1, count * size + NP_BEFORE);

    entered++;

    return m == NULL ? NULL : m + NP_BEFORE;
}


void *
realloc(void *old, size_t n)
{
    char *m = old == NULL ? NULL : (char *) old - NP_BEFORE;

    entered++;
    m = __libc_realloc(m, n + NP_BEFORE);

    return m == NULL ? NULL : m + NP_BEFORE;
}


void *
memalign(size_t align, size_t n)
{
    entered++;

    return __libc_memalign(align, n);
}


void
free(void *m)
{
    if (m != NULL) {
        entered++;
        __libc_free((char *) m - NP_BEFORE);
    }
}


int
execve(const char *path, char *const argv[], char *const envp[])
{
    (void) path;
    (void) argv;
    (void) envp;
    entered++;
    errno = E2BIG;

    return -1;
}


int
main(void)
{
    static char *const argv[] = {(char *) "none", NULL};

    char *m;

    entered = 0;
    m = np_keep(realloc(np_keep(NULL), 100));
    NP_NEED(entered == 1);
    m = np_keep(realloc(m, 20000));
    free(m);
    NP_NEED(entered == 3);
    __libc_free(np_keep(__libc_valloc(100)));
    __libc_free(np_keep(aligned_alloc(64, 128)));
    NP_NEED(entered == 3);

    NP_NEED(execv("/none", argv) == -1 && errno == ENOENT);
    NP_NEED(execvp("/none", argv) == -1 && errno == ENOENT);
    NP_NEED(execl("/none", "none", (char *) NULL) == -1 && errno == ENOENT);
    NP_NEED(execlp("/none", "none", (char *) NULL) == -1 && errno == ENOENT);
    NP_NEED(entered == 3);

    return 0;
}
