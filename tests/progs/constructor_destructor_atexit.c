/*
 * Objects live from constructors to destructors, and atexit handlers and
 * destructors may allocate.  The destructor says exit 0; main says 1.
 *
 * expect: exit 0
 */

#include "keep.h"

static void *from_constructor, *from_main, *from_atexit;


__attribute__((constructor)) static void
at_start(void)
{
    from_constructor = malloc(1000);
    NP_NEED(from_constructor != NULL);
    np_keep_fill(from_constructor, 1000, 1);
}


static void
at_exit(void)
{
    NP_NEED(np_keep_is_filled(from_main, 10000, 2));
    from_atexit = malloc(100);
    NP_NEED(from_atexit != NULL);
    np_keep_fill(from_atexit, 100, 3);
}


__attribute__((destructor)) static void
at_end(void)
{
    void *m = np_keep(malloc(3000000));

    NP_NEED(m != NULL);
    free(m);
    NP_NEED(np_keep_is_filled(from_constructor, 1000, 1));
    NP_NEED(np_keep_is_filled(from_main, 10000, 2));
    NP_NEED(from_atexit != NULL && np_keep_is_filled(from_atexit, 100, 3));
    free(from_constructor);
    free(from_main);
    free(from_atexit);
    _exit(0);
}


int
main(void)
{
    NP_NEED(from_constructor != NULL);
    from_main = malloc(10000);
    NP_NEED(from_main != NULL);
    np_keep_fill(from_main, 10000, 2);
    NP_NEED(atexit(at_exit) == 0);

    return 1;
}
