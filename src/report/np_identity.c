/*
 * Which of the functions of one name a function is; see np_identity.h.
 */
#include "config.h"

#include "report/np_identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* behind a dot; numbers may follow */
static const char *const np_identity_parts[]
    = {"cold", "constprop", "isra", "llvm", "lto_priv", "part"};

#define NP_IDENTITY_PARTS                                                     \
    (sizeof(np_identity_parts) / sizeof(np_identity_parts[0]))


/* "f.isra.0": where the last of such parts begins; n: there is none */
static size_t
np_identity_before(const char *name, size_t n)
{
    size_t k = n, length;

    while (k > 0 && name[k - 1] >= '0' && name[k - 1] <= '9') {
        k--;
    }
    /* a part without a number, or the dot between them */
    k = k != n && k > 0 && name[k - 1] == '.' ? k - 1 : n;
    for (size_t i = 0; i < NP_IDENTITY_PARTS; i++) {
        length = strlen(np_identity_parts[i]);
        if (k > length + 1 && name[k - length - 1] == '.'
            && memcmp(name + k - length, np_identity_parts[i], length) == 0) {
            return k - length - 1;
        }
    }
    return n;
}


/* "f(int) [clone .isra.0]" */
static size_t
np_identity_before_clone(const char *name, size_t n)
{
    static const char clone[] = " [clone .";
    size_t            length = sizeof(clone) - 1;

    for (size_t k = n; n > 0 && name[n - 1] == ']' && k > length; k--) {
        if (memcmp(name + k - length, clone, length) == 0) {
            return k - length;
        }
    }
    return n;
}


size_t
np_identity_plain(const char *name)
{
    size_t n = strlen(name), before = n + 1;

    while (n != before) {
        before = n;
        n = np_identity_before_clone(name, np_identity_before(name, n));
    }
    return n;
}


char *
np_identity_of(const char *name, const char *module, const char *file)
{
    char *text;

    if (asprintf(&text, "%.*s\n%s\n%s", (int) np_identity_plain(name), name,
                 module, file != NULL ? file : "")
        < 0) {
        return NULL;
    }
    return text;
}


size_t
np_identity_name(const char *identity)
{
    return strcspn(identity, "\n");
}


int
np_identity_is_named(const char *a, const char *b)
{
    size_t n = np_identity_name(a);

    return n == np_identity_name(b) && memcmp(a, b, n) == 0;
}


/* *n: its length */
static const char *
np_identity_module(const char *identity, size_t *n)
{
    const char *module = identity + np_identity_name(identity);

    module += *module == '\n';
    *n = strcspn(module, "\n");
    return module;
}


static const char *
np_identity_path(const char *identity)
{
    size_t      n;
    const char *path = np_identity_module(identity, &n) + n;

    return path + (*path == '\n');
}


static const char *
np_identity_file(const char *identity)
{
    const char *path = np_identity_path(identity);
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}


unsigned
np_identity_differs(const char *a, const char *b)
{
    size_t      n, k;
    const char *x = np_identity_module(a, &n), *y = np_identity_module(b, &k);

    if (!np_identity_is_named(a, b)) {
        return 0;
    }
    if (n != k || memcmp(x, y, n) != 0) {
        return NP_IDENTITY_MODULE;
    }
    if (strcmp(np_identity_file(a), np_identity_file(b)) != 0) {
        return NP_IDENTITY_FILE;
    }
    return strcmp(np_identity_path(a), np_identity_path(b)) != 0
               ? NP_IDENTITY_PATH
               : 0;
}


char *
np_identity_label(const char *identity, unsigned differs)
{
    size_t      n;
    const char *module = np_identity_module(identity, &n), *file = "";
    char       *text;

    if (differs & NP_IDENTITY_PATH) {
        file = np_identity_path(identity);
    } else if (differs & NP_IDENTITY_FILE) {
        file = np_identity_file(identity);
    }
    n = differs & NP_IDENTITY_MODULE ? n : 0;
    if (asprintf(&text, "%.*s%s%.*s%s%s", (int) np_identity_name(identity),
                 identity, n != 0 || *file != '\0' ? " in " : "", (int) n,
                 module, n != 0 && *file != '\0' ? ", " : "", file)
        < 0) {
        return NULL;
    }
    return text;
}
