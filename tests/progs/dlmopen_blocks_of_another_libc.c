/*
 * What a module in a namespace of its own allocates with that namespace's
 * libc can be asked for its size, resized and freed in the program.  Blocks
 * of its main arena cannot be given back; the first is told, and the program
 * goes on.
 *
 * expect: exit 0
 * expect: says "ignored: realloc of another libc's block"
 * expect: says ", called from dlmopen_blocks_of_another_libc+0x"
 * only: libngxpool
 */

#include "module.h"

#include <malloc.h>
#include <pthread.h>

static void *(*make)(size_t);


static void
use(size_t n, unsigned seed)
{
    char *m = make(n), *kept = make(n);

    NP_NEED(m != NULL && kept != NULL);
    np_keep_fill(m, n, seed);
    np_keep_fill(kept, n, seed + 1);
    NP_NEED(malloc_usable_size(np_keep(m)) >= n);
    m = realloc(np_keep(m), n * 2);
    NP_NEED(m != NULL && np_keep_is_filled(m, n, seed));
    free(np_keep(m));
    NP_NEED(np_keep_is_filled(kept, n, seed + 1));
    free(np_keep(kept));
}


static void *
use_all(void *data)
{
    static const size_t sizes[] = {1, 24, 500, 4095, 30000, 400000, 3 << 20};
    size_t              i;
    unsigned            round;

    for (round = 0; round < 20; round++) {
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            use(sizes[i], round);
        }
    }

    return data;
}


int
main(void)
{
    void     *handle, *m;
    pthread_t thread;

    handle = np_module_open_in(LM_ID_NEWLM, "module_allocating.so", RTLD_NOW);
    m = np_module_symbol(handle, "module_allocates");
    memcpy(&make, &m, sizeof(make));

    use_all(NULL);
    /* in another arena of that libc */
    NP_NEED(pthread_create(&thread, NULL, use_all, NULL) == 0);
    NP_NEED(pthread_join(thread, NULL) == 0);

    /* that libc's heap is whole */
    use_all(NULL);

    return 0;
}
