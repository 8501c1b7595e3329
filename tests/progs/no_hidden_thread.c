/*
 * The allocator starts no thread of its own: a busy program is one task, so
 * that unshare(CLONE_NEWUSER) and setns keep working.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>


int
main(void)
{
    static void *object[50000];
    size_t       i;

    for (i = 0; i < 50000; i++) {
        object[i] = malloc(i % 3000);
        NP_NEED(object[i] != NULL);
    }

    for (i = 0; i < 50000; i++) {
        free(object[i]);
    }

    malloc_trim(0);
    NP_NEED(np_keep_status("Threads:") == 1);

    return 0;
}
