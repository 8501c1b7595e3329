#include "config.h"

#include "profile/np_arena.h"

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_mem.h"

/* what is larger gets a mapping of its own */
#define NP_ARENA_PIECE ((size_t) 256 << 10)

static struct {
    char  *next;
    size_t left;
    size_t mapped;
} np_arena;


void *
np_arena_alloc_locked(size_t n)
{
    char *m;

    n = np_align_up(n, NP_CACHE_LINE);

    if (n > np_arena.left) {
        size_t bytes = np_align_up(n > NP_ARENA_PIECE / 4 ? n : NP_ARENA_PIECE,
                                   np_mem_page());

        m = np_mem_map(bytes);

        if (m == NULL) {
            return NULL;
        }

        np_poke(np_arena.mapped, np_arena.mapped + bytes);

        if (n > NP_ARENA_PIECE / 4) {
            return m;
        }

        np_arena.next = m;
        np_arena.left = bytes;
    }

    m = np_arena.next;
    np_arena.next += n;
    np_arena.left -= n;

    return m;
}


size_t
np_arena_bytes(void)
{
    return np_peek(np_arena.mapped);
}
