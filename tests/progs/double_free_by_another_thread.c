/*
 * An object freed by its owner and by another thread, in either order, ends
 * the program, at the latest when its owner looks at what others freed.
 *
 * expect: fatal
 */

#include "dies.h"

#include <pthread.h>


/* the other thread lives before the first object does: what starting one
 * allocates must not get the memory that was freed */
static pthread_barrier_t meet;
static void             *handed;


static void *
drop(void *unused)
{
    for (;;) {
        pthread_barrier_wait(&meet);
        free(handed);
        pthread_barrier_wait(&meet);
    }

    return unused;
}


static void
begin(void)
{
    pthread_t thread;

    NP_NEED(pthread_barrier_init(&meet, NULL, 2) == 0);
    NP_NEED(pthread_create(&thread, NULL, drop, NULL) == 0);
}


static void
drop_elsewhere(void *m)
{
    handed = m;
    pthread_barrier_wait(&meet);
    pthread_barrier_wait(&meet);
}


/* allocates until the owner must have merged remote frees */
static void
look(size_t size)
{
    size_t i, count = size > 4096 ? 10 : 20000;

    for (i = 0; i < count; i++) {
        NP_NEED(np_keep(malloc(size)) != NULL);
    }
}


static void
owner_first(size_t size)
{
    void *m, *beside;

    begin();
    m = np_keep(malloc(size));
    beside = np_keep(malloc(size));

    free(np_keep(m));
    drop_elsewhere(np_keep(m));
    look(size);
    free(beside);
}


static void
owner_second(size_t size)
{
    void *m, *beside;

    begin();
    m = np_keep(malloc(size));
    beside = np_keep(malloc(size));

    drop_elsewhere(m);
    free(np_keep(m));
    look(size);
    free(beside);
}


static void
others_both(size_t size)
{
    void *m, *beside;

    begin();
    m = np_keep(malloc(size));
    beside = np_keep(malloc(size));

    drop_elsewhere(m);
    drop_elsewhere(np_keep(m));
    look(size);
    free(beside);
}


int
main(void)
{
    np_dies_each(owner_first, "double free|foreign|interior",
                 "double free|foreign|interior");
    np_dies_each(owner_second, "double free|foreign|interior",
                 "double free|foreign|interior");
    np_dies_each(others_both, "double free|foreign|interior",
                 "double free|foreign|interior");
    others_both(300);

    return 0;
}
