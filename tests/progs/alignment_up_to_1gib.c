/*
 * malloc aligns to 16 bytes, always; the aligned family to any power of two
 * up to 1 GiB, and to the next one when asked for less than it can do.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>


/* whether n bytes at m, aligned to a, are ours to write */
static void
use(void *m, size_t a, size_t n)
{
    unsigned char *c = np_keep(m);

    NP_NEED(c != NULL);
    NP_NEED((uintptr_t) c % (a < 16 ? 16 : a) == 0);
    NP_NEED(malloc_usable_size(c) >= n);
    c[0] = 1;
    c[n - 1] = 2;
    np_keep(c);
    free(c);
}


int
main(void)
{
    size_t a, n;
    void  *m;

    for (n = 1; n < 70000; n += n < 5000 ? 1 : 997) {
        use(malloc(n), 16, n);
        use(calloc(n, 1), 16, n);
        use(realloc(malloc(n), n * 2), 16, n * 2);
    }

    for (a = 1; a <= (size_t) 1 << 30; a *= 2) {
        for (n = 1; n <= 2 * a && n <= 1 << 21; n = n * 3 + 1) {
            use(memalign(a, n), a, n);
            use(aligned_alloc(a, n), a, n);

            if (a >= sizeof(void *)) {
                NP_NEED(posix_memalign(&m, a, n) == 0);
                use(m, a, n);
            }
        }
    }

    return 0;
}
