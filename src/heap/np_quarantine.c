#include "config.h"

#include "heap/np_quarantine.h"

#include "base/np_bits.h"
#include "base/np_out.h"
#include "heap/np_free.h"
#include "heap/np_misuse.h"
#include "heap/np_mode.h"
#include "map/np_apart.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

/* the smallest slot in check mode: one byte and a redzone */
#define NP_QUARANTINE_LEAST 32
/* the lock is tried so often at the end, a millisecond apart */
#define NP_QUARANTINE_TRIES 100

typedef struct {
    char *m;
    void *record; /* np_word_t or np_large_t */
} np_quarantine_entry_t;

np_lock_t np_quarantine_lock = NP_LOCK_INIT(NP_RANK_QUARANTINE);
size_t    np_quarantine_held[NP_CLASSES];

static struct {
    np_quarantine_entry_t *entry; /* a ring */
    size_t                 size;  /* a power of two, or 0 */
    size_t                 first;
    size_t                 count;
    size_t                 bytes;
} np_quarantine;


static int
np_quarantine_is_large(const np_quarantine_entry_t *e)
{
    return ((np_large_t *) e->record)->kind == NP_KIND_LARGE;
}


/* bytes of e that are junk, or what counts for it if it is hidden */
static size_t
np_quarantine_size(const np_quarantine_entry_t *e)
{
    const np_large_t *l = e->record;

    if (!np_quarantine_is_large(e)) {
        return ((np_word_t *) e->record)->size;
    }

    return l->hidden ? np_mem_page() : l->size;
}


/* the entry counts as held (1), or no longer (-1) */
static void
np_quarantine_count_locked(const np_quarantine_entry_t *e, int more)
{
    size_t   size = np_quarantine_size(e);
    unsigned c = 0;
    size_t   n = size;

    if (!np_quarantine_is_large(e)) {
        c = np_word_block(e->record)->class;
        n = 1;
    }

    np_quarantine.bytes += more > 0 ? size : -size;
    np_poke(np_quarantine_held[c],
            np_quarantine_held[c] + (more > 0 ? n : -n));
}


void
np_quarantine_init(void)
{
    size_t n = (size_t) 2 << np_log2(
                   np_options.quarantine / NP_QUARANTINE_LEAST + 1);

    np_quarantine.entry = np_apart_map(
        np_align_up(n * sizeof(np_quarantine_entry_t), np_mem_page()), 1);
    np_quarantine.size = np_quarantine.entry != NULL ? n : 0;
}


static np_quarantine_entry_t *
np_quarantine_at(size_t i)
{
    return &np_quarantine.entry[i & (np_quarantine.size - 1)];
}


/* where the first byte of e is that is not junk; NULL */
static const char *
np_quarantine_written(const np_quarantine_entry_t *e)
{
    size_t i, size = np_quarantine_size(e);

    if (np_quarantine_is_large(e) && ((np_large_t *) e->record)->hidden) {
        return NULL;
    }

    for (i = 0; i < size; i++) {
        if ((unsigned char) e->m[i] != NP_MODE_FREED) {
            return e->m + i;
        }
    }

    return NULL;
}


static void
np_quarantine_look(const np_quarantine_entry_t *e)
{
    const char *at = np_quarantine_written(e);
    char        where[96];
    np_out_t    o;

    if (at == NULL) {
        return;
    }

    np_out_init(&o, -1, where, sizeof(where));
    np_outf(&o, ", byte %zu of a freed object of %zu bytes",
            (size_t) (at - e->m), np_mode_asked(e->m, e->record));
    np_misuse_with("write to freed memory", at, where);
}


/* takes the oldest while there are more than `most` bytes; 1, or 0 */
static int
np_quarantine_take(np_quarantine_entry_t *e, size_t most)
{
    int any = 0;

    np_lock(&np_quarantine_lock);

    if (np_quarantine.count != 0
        && (np_quarantine.bytes > most
            || np_quarantine.count == np_quarantine.size)) {
        *e = *np_quarantine_at(np_quarantine.first++);
        np_quarantine.count--;
        np_quarantine_count_locked(e, -1);
        any = 1;
    }

    np_unlock(&np_quarantine_lock);

    return any;
}


static int
np_quarantine_drain(np_heap_t *h, size_t most)
{
    np_quarantine_entry_t e;
    int                   any = 0;

    while (np_quarantine_take(&e, most)) {
        np_quarantine_look(&e);
        np_free_held(h, e.m, e.record);
        any = 1;
    }

    return any;
}


int
np_quarantine_put(np_heap_t *h, char *m, void *record)
{
    np_quarantine_entry_t e = {m, record};

    if (!np_quarantine_takes(np_quarantine_size(&e))) {
        return 0;
    }

    np_lock(&np_quarantine_lock);

    if (np_quarantine.count == np_quarantine.size) {
        np_unlock(&np_quarantine_lock);
        return 0;
    }

    *np_quarantine_at(np_quarantine.first + np_quarantine.count) = e;
    np_quarantine.count++;
    np_quarantine_count_locked(&e, 1);
    np_unlock(&np_quarantine_lock);

    (void) np_quarantine_drain(h, np_options.quarantine);

    return 1;
}


int
np_quarantine_flush(np_heap_t *h)
{
    /* nothing has 0 bytes */
    return np_quarantine_drain(h, 0);
}


void
np_quarantine_verify(void)
{
    size_t i;

    for (i = 0; !np_lock_try(&np_quarantine_lock); i++) {
        if (i == NP_QUARANTINE_TRIES) {
            return;
        }

        np_proc_sleep(1);
    }

    for (i = 0; i < np_quarantine.count; i++) {
        np_quarantine_look(np_quarantine_at(np_quarantine.first + i));
    }

    np_unlock(&np_quarantine_lock);
}
