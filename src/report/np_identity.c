/*
 * Which of the functions of one name a function is; see np_identity.h.
 */
#include "config.h"

#include "report/np_identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


char *
np_identity_of(const char *name, const char *module, const char *file)
{
    char *text;

    if (asprintf(&text, "%s\n%s\n%s", name, module, file != NULL ? file : "")
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
