#include "config.h"

#include "heap/np_gone.h"

#include <stdint.h>

#include "base/np_bits.h"
#include "os/np_mem.h"

typedef struct {
    uintptr_t start;
    size_t    size; /* 0: none yet */
} np_gone_place_t;

static struct {
    np_gone_place_t place[NP_GONE_MOST];
    unsigned        next;
} np_gone;


void
np_gone_note_locked(const char *m, size_t n)
{
    np_gone_place_t *place = &np_gone.place[np_gone.next];

    place->start = (uintptr_t) m;
    place->size = n;
    np_gone.next = (np_gone.next + 1) % NP_GONE_MOST;
}


int
np_gone_has_locked(const void *m)
{
    uintptr_t addr = (uintptr_t) m;
    unsigned  i;

    for (i = 0; i < NP_GONE_MOST; i++) {
        if (addr - np_gone.place[i].start < np_gone.place[i].size) {
            return !np_mem_is_readable(
                (const void *) np_align_down(addr, sizeof(uint32_t)));
        }
    }

    return 0;
}
