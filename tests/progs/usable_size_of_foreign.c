/*
 * malloc_usable_size of what never came from malloc gives 0 or ends the
 * program with its line; it does not read in front of the pointer.
 *
 * expect: exit 0
 * only: libngxpool
 */

#include "dies.h"

#include <malloc.h>

static char static_memory[4096] __attribute__((aligned(4096)));

static char *const list[] = {
    static_memory,       static_memory + 16,          (char *) 16,
    (char *) 0x12345670, (char *) 0xdead000000000000, (char *) -16,
};


/* dies as the misuse of free does if there is no answer */
static void
ask(size_t number)
{
    if (malloc_usable_size(np_keep(list[number])) == 0) {
        dprintf(STDERR_FILENO, "ngxpool: fatal: foreign, says the test\n");
        abort();
    }
}


int
main(void)
{
    size_t i;

    NP_NEED(np_keep(malloc(100)) != NULL);

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        np_dies(ask, i, "foreign");
    }

    return 0;
}
