/*
 * free of what never came from malloc ends the program with its line, not
 * with a segmentation fault: stack, static memory, code, a mapping of the
 * program's own, odd addresses, the null page, addresses that cannot be.  The
 * line says where the call was, though the program has written a title over
 * its arguments; in free itself, where the compiler has not made a jump of the
 * way there, as when coverage is counted.
 *
 * expect: fatal "foreign pointer 0x[0-9a-f]*, called from [a-z_.]*+0x"
 */

#include "dies.h"

#include <sys/mman.h>

static char        static_memory[4096] __attribute__((aligned(4096)));
static char *const list[] = {
    static_memory,
    static_memory + 1,
    static_memory + 16,
    (char *) 1,
    (char *) 16,
    (char *) 4096,
    (char *) 0x12345670,
    (char *) 0x00007ffffffff000,
    (char *) 0x0000800000000000,
    (char *) 0xdead000000000000,
    (char *) 0x5a5a5a5a5a5a5a50,
    (char *) 0xa5a5a5a5a5a5a5a5,
    (char *) 0xffffffffff600000,
    (char *) -4096,
    (char *) -16,
    (char *) -1,
};


static void
drop(size_t number)
{
    free(np_keep(list[number]));
}


static void
drop_stack(size_t offset)
{
    char memory[256] __attribute__((aligned(64)));

    free(np_keep(memory + offset));
}


static void
drop_mapping(size_t offset)
{
    char *m = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    NP_NEED(m != MAP_FAILED);
    free(np_keep(m + offset));
}


static void
drop_code(size_t offset)
{
    free(np_keep((char *) (uintptr_t) drop_code + offset));
}


int
main(int argc, char **argv)
{
    static const size_t offsets[] = {0, 1, 8, 16, 64};
    size_t              i;

    NP_NEED(argc == 1);
    memset(argv[0], 'T', strlen(argv[0]));
    NP_NEED(np_keep(malloc(100)) != NULL);

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        np_dies(drop, i, "foreign");
    }

    for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        np_dies(drop_stack, offsets[i], "foreign");
        np_dies(drop_mapping, offsets[i], "foreign");
        np_dies(drop_mapping, (32 << 20) + offsets[i], "foreign");
        np_dies(drop_code, offsets[i], "foreign");
    }

    drop_stack(0);

    return 0;
}
