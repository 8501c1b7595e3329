/*
 * Files that a command is to write and had better not.
 */
#include "config.h"

#include "cli/np_overwrite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>


/* a terminal or /dev/null keeps nothing that could be written over; a file
 * that is not there yet will be one */
static int
np_overwrite_is_same(const char *a, const char *b)
{
    struct stat x, y;

    /* a file that is called so is none of ours */
    if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0) {
        return strcmp(a, b) == 0;
    }
    if (stat(a, &x) != 0 || stat(b, &y) != 0) {
        return strcmp(a, b) == 0;
    }
    return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}


int
np_overwrite_check(const char *const out[], size_t n, const char *source,
                   char *err, size_t size)
{
    for (size_t i = 0; i < n; i++) {
        if (out[i] == NULL) {
            continue;
        }
        if (source != NULL && np_overwrite_is_same(out[i], source)) {
            (void) snprintf(err, size, "%s is the profile itself", out[i]);
            return -1;
        }
        for (size_t k = 0; k < i; k++) {
            if (out[k] != NULL && np_overwrite_is_same(out[i], out[k])) {
                (void) snprintf(err, size,
                                "two outputs go to the same file, %s", out[i]);
                return -1;
            }
        }
    }
    return 0;
}
