/*
 * The allocators that can be compared.
 *
 * A soname is looked up in the cache of the dynamic linker, as ldconfig
 * prints it, and in some directories where there is no such cache.  It is not
 * dlopen()ed: that would run an allocator's constructors in here, and fails
 * for those that want static TLS.
 */
#include "config.h"

#include "cli/np_allocators.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/np_elf.h"

#define NP_SONAMES 3

typedef struct {
    const char *name;
    const char *soname[NP_SONAMES];
} np_allocators_known_t;

static const np_allocators_known_t np_allocators_known[] = {
    {"glibc", {NULL}},
    {"ngxpool", {"libngxpool.so"}},
    {"jemalloc", {"libjemalloc.so.2"}},
    {"mimalloc",
     {"libmimalloc.so.3", "libmimalloc.so.2", "libmimalloc.so.2.0"}},
    {"tcmalloc", {"libtcmalloc_minimal.so.4", "libtcmalloc.so.4"}},
    {"tbbmalloc", {"libtbbmalloc_proxy.so.2"}},
    {"snmalloc", {"libsnmallocshim.so"}},
    {"rpmalloc", {"librpmallocwrap.so", "librpmalloc.so"}},
    {"hardened", {"libhardened_malloc.so"}},
};

#define NP_ALLOCATORS_KNOWN                                                   \
    (sizeof(np_allocators_known) / sizeof(np_allocators_known[0]))

static const char *const np_allocators_dirs[] = {
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
};


/* a copy of the path in memory that is kept, when the file can be read */
static char *
np_allocators_file(const char *dir, const char *name)
{
    char path[PATH_MAX];
    int  n = snprintf(path, sizeof(path), "%s/%s", dir, name);

    if (n < 0 || (size_t) n >= sizeof(path) || access(path, R_OK) != 0) {
        return NULL;
    }
    return strdup(path);
}


/* beside the command (build tree, or a tree that was moved), or installed */
static char *
np_allocators_own(const char *soname)
{
    char    exe[PATH_MAX], dir[PATH_MAX + 16];
    char   *slash;
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    char   *found = NULL;

    if (n > 0) {
        exe[n] = '\0';
        slash = strrchr(exe, '/');
        *slash = '\0';
        (void) snprintf(dir, sizeof(dir), "%s/.libs", exe);
        found = np_allocators_file(dir, soname);
        if (found == NULL) {
            found = np_allocators_file(exe, soname);
        }
        if (found == NULL) {
            (void) snprintf(dir, sizeof(dir), "%s/../lib", exe);
            found = np_allocators_file(dir, soname);
        }
    }
    return found != NULL ? found : np_allocators_file(NP_LIBDIR, soname);
}


/* "	libjemalloc.so.2 (libc6,x86-64) => /lib/x86_64-linux-gnu/libje..." */
static char *
np_allocators_cached(const char *soname)
{
    static char *cache;
    static int   asked;
    char         key[NAME_MAX + 4], path[PATH_MAX];
    const char  *p;
    size_t       size;

    if (!asked) {
        FILE *pipe = popen("/sbin/ldconfig -p 2>/dev/null", "re");

        asked = 1;
        if (pipe != NULL) {
            if (getdelim(&cache, &(size_t){0}, '\0', pipe) < 0) {
                free(cache);
                cache = NULL;
            }
            (void) pclose(pipe);
        }
    }
    (void) snprintf(key, sizeof(key), "\t%s (", soname);
    size = strlen(key);
    for (p = cache; p != NULL && (p = strstr(p, key)) != NULL; p += size) {
        const char *end = strchrnul(p, '\n');

        if (sscanf(p, "%*[^>\n]> %4095[^\n]", path) == 1
            && memmem(p, (size_t) (end - p), "64", 2) != NULL
            && access(path, R_OK) == 0) {
            return strdup(path);
        }
    }
    return NULL;
}


static char *
np_allocators_find(const np_allocators_known_t *k)
{
    char *found = NULL;

    for (size_t i = 0; i < NP_SONAMES && k->soname[i] != NULL; i++) {
        if (strcmp(k->name, "ngxpool") == 0) {
            found = np_allocators_own(k->soname[i]);
        }
        if (found == NULL) {
            found = np_allocators_cached(k->soname[i]);
        }
        for (size_t d = 0;
             found == NULL
             && d < sizeof(np_allocators_dirs) / sizeof(np_allocators_dirs[0]);
             d++) {
            found = np_allocators_file(np_allocators_dirs[d], k->soname[i]);
        }
        if (found != NULL) {
            return found;
        }
    }
    return k->soname[0] == NULL ? strdup("") : NULL;
}


static int
np_allocators_name_is_valid(const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char) name[i])
            && strchr("._+-", name[i]) == NULL) {
            return 0;
        }
    }
    return n != 0 && n < NP_NAME_SIZE;
}


/* the dynamic linker passes all else over, and glibc is what is measured */
static int
np_allocators_is_library(const char *path)
{
    np_elf_t e;

    return np_elf_read(&e, path) == 0 && e.is_elf && e.dynamic && !e.pie;
}


/* NAME=PATH; an empty PATH preloads nothing */
static char *
np_allocators_given(const char *path, char *err, size_t size)
{
    char real[PATH_MAX];

    if (*path == '\0') {
        return strdup("");
    }
    if (realpath(path, real) == NULL || access(real, R_OK) != 0) {
        (void) snprintf(err, size, "cannot read '%s'", path);
        return NULL;
    }
    if (!np_allocators_is_library(real)) {
        (void) snprintf(err, size, "'%s' is no shared library", path);
        return NULL;
    }
    /* LD_PRELOAD is a list, split at both */
    if (strpbrk(real, " :") != NULL) {
        (void) snprintf(err, size,
                        "'%s': LD_PRELOAD cannot name a path with blanks or "
                        "colons",
                        path);
        return NULL;
    }
    return strdup(real);
}


static char *
np_allocators_by_name(const char *name, char *err, size_t size)
{
    char *path;

    for (size_t i = 0; i < NP_ALLOCATORS_KNOWN; i++) {
        if (strcmp(np_allocators_known[i].name, name) == 0) {
            path = np_allocators_find(&np_allocators_known[i]);
            if (path == NULL) {
                (void) snprintf(err, size, "allocator '%s' is not installed",
                                name);
            }
            return path;
        }
    }
    (void) snprintf(err, size,
                    "unknown allocator '%s'; NAME=PATH names a "
                    "library",
                    name);
    return NULL;
}


char *
np_allocators_library(char *err, size_t size)
{
    char *path = np_allocators_by_name("ngxpool", err, size), *real;

    if (path == NULL) {
        (void) snprintf(err, size,
                        "libngxpool.so is neither installed nor beside this "
                        "command; make install brings it");
        return NULL;
    }
    real = np_allocators_given(path, err, size);
    free(path);
    return real;
}


/* takes the path over */
static int
np_allocators_add(np_comparison_t *c, const char *name, char *path, char *err,
                  size_t size)
{
    np_allocator_t *new = &c->allocator[c->nallocators];
    const char *wrong = NULL;

    for (unsigned a = 0; a < c->nallocators; a++) {
        if (strcmp(c->allocator[a].name, name) == 0) {
            wrong = "is named twice";
        }
    }
    if (c->nallocators == NP_ALLOCATORS_MAX) {
        wrong = "is one too many";
    }
    if (wrong != NULL) {
        (void) snprintf(err, size, "allocator '%s' %s", name, wrong);
        free(path);
        return -1;
    }
    (void) snprintf(new->name, sizeof(new->name), "%s", name);
    new->path = path;
    if (strcmp(name, "glibc") == 0) {
        c->base = c->nallocators;
    }
    c->nallocators++;
    return 0;
}


static int
np_allocators_add_installed(np_comparison_t *c, char *err, size_t size)
{
    for (size_t i = 0; i < NP_ALLOCATORS_KNOWN; i++) {
        const np_allocators_known_t *k = &np_allocators_known[i];
        char                        *path = np_allocators_find(k);

        if (path != NULL
            && np_allocators_add(c, k->name, path, err, size) != 0) {
            return -1;
        }
    }
    return 0;
}


/* NAME or NAME=PATH; the word is cut up */
static int
np_allocators_add_word(np_comparison_t *c, char *word, char *err, size_t size)
{
    char *path, *equals = strchr(word, '=');

    if (equals != NULL) {
        *equals = '\0';
    }
    if (!np_allocators_name_is_valid(word)) {
        (void) snprintf(err, size,
                        "'%s' is not a name of letters, digits "
                        "and ._+- (1 to %d)",
                        word, NP_NAME_SIZE - 1);
        return -1;
    }
    path = equals != NULL ? np_allocators_given(equals + 1, err, size)
                          : np_allocators_by_name(word, err, size);
    return path == NULL ? -1 : np_allocators_add(c, word, path, err, size);
}


int
np_allocators_select(np_comparison_t *c, const char *with, char *err,
                     size_t size)
{
    char *list, *at, *word;
    int   rc = 0;

    c->nallocators = c->base = 0;
    if (with == NULL) {
        return np_allocators_add_installed(c, err, size);
    }
    at = list = strdup(with);
    while (rc == 0 && (word = strsep(&at, ",")) != NULL) {
        rc = np_allocators_add_word(c, word, err, size);
    }
    free(list);
    return rc;
}


void
np_allocators_free(np_comparison_t *c)
{
    for (unsigned a = 0; a < c->nallocators; a++) {
        free(c->allocator[a].path);
    }
    c->nallocators = 0;
}
