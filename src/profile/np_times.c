#include "config.h"

#include "profile/np_times.h"

#include <string.h>

#include "base/np_attr.h"
#include "os/np_clock.h"
#include "os/np_proc.h"
#include "profile/np_arena.h"
#include "profile/np_image.h"
#include "profile/np_rule.h"
#include "profile/np_thread.h"

/* milliseconds between entries at first */
#define NP_TIMES_EVERY 10
/* live bytes of the first peak that is worth a look; of the next one there
 * are a quarter more than at the look */
#define NP_TIMES_FIRST ((uint64_t) 1 << 20)

static struct {
    np_times_source_pt source;
    uint64_t           start; /* ms of the coarse clock */
    uint32_t           every;
    uint64_t           next;      /* when the next is due */
    int                early;     /* the last entry does not stay */
    uint64_t           peak;      /* live bytes of the next peak to look at */
    uint64_t           peak_next; /* ms, not before */
    uint64_t           beside;
    int                blind; /* files of the kernel's are refused */
} np_times = {.every = NP_TIMES_EVERY, .peak = NP_TIMES_FIRST};


void
np_times_init(np_times_source_pt source)
{
    np_times.source = source;
    np_times.start = np_clock_coarse_ms();
}


void
np_times_resume(void)
{
    np_times.every = NP_TIMES_EVERY;
    np_times.next = 0;
    np_times.early = 0;
    np_times.peak = NP_TIMES_FIRST;
    np_times.peak_next = 0;
}


uint64_t
np_times_now(void)
{
    return np_clock_coarse_ms() - np_times.start;
}


void
np_times_beside(uint64_t bytes)
{
    np_times.beside = bytes;
    np_image.header->own_bytes
        = np_arena_bytes() + np_image_bytes() + np_times.beside;
}


int
np_times_is_blind(void)
{
    return np_times.blind;
}


int
np_times_is_due(uint64_t ms)
{
    return ms >= np_peek(np_times.next);
}


int
np_times_is_peak(uint64_t ms)
{
    return np_peek(np_image.header->live_bytes) >= np_peek(np_times.peak)
           && ms >= np_peek(np_times.peak_next);
}


/* the time line's source was asked at ms, when so much lived */
static void
np_times_looked_locked(uint64_t ms, uint64_t live, np_times_at_e at,
                       int looked)
{
    if (looked && at != NP_TIMES_DEATH && live + live / 4 > np_times.peak) {
        np_poke(np_times.peak, live + live / 4);

    } else if (at == NP_TIMES_PEAK && !looked) {
        np_poke(np_times.peak_next, ms + NP_TIMES_EVERY);
    }
}


/* every second entry goes */
static void
np_times_thin_locked(np_format_table_t *table)
{
    uint32_t i;

    for (i = 1; 2 * i < table->used; i++) {
        memcpy(np_image_record(NP_TABLE_TIMES, i),
               np_image_record(NP_TABLE_TIMES, 2 * i),
               sizeof(np_format_time_t));
    }

    np_poke(table->used, (table->used + 1) / 2);

    if (np_times.every <= UINT32_MAX / 2) {
        np_times.every *= 2;
    }
}


/* where the entry goes: one that does not stay is the last until the next
 * comes, so that who asks often does not thin the others away.  A disk without
 * room is a table without.  NULL: not even for one. */
static np_format_time_t *
np_times_place_locked(np_format_table_t *table, int stays)
{
    np_format_time_t *record;

    if (np_times.early && !stays) {
        return np_image_record(NP_TABLE_TIMES, table->used - 1);
    }

    if (table->used > 1
        && !np_image_reserve_locked(NP_TABLE_TIMES, table->used)) {
        np_times_thin_locked(table);
    }

    record = np_image_append_locked(NP_TABLE_TIMES);
    np_times.early = record != NULL && !stays;

    return record;
}


void
np_times_note_locked(uint64_t ms, np_times_at_e at)
{
    int                 looked, due = np_times_is_due(ms);
    np_format_header_t *h = np_image.header;
    np_format_table_t  *table = &h->table[NP_TABLE_TIMES];
    np_format_time_t   *record;
    size_t              peak_rss;
    np_format_time_t t = {.ms = ms, .clock = h->clock, .live = h->live_bytes};

    if (due) {
        np_poke(np_times.next, ms + np_times.every);
    }

    np_image_retry_locked();
    t.rss = np_proc_rss(&peak_rss);
    np_times.blind = t.rss == 0;
    looked = np_times.source(&t, at);
    np_times_looked_locked(ms, t.live, at, looked);
    record
        = np_times_place_locked(table, due || (at == NP_TIMES_PEAK && looked));

    if (record != NULL) {
        *record = t;
    }

    h->ms = ms;
    peak_rss = peak_rss > t.rss ? peak_rss : t.rss;
    h->peak_rss = peak_rss > h->peak_rss ? peak_rss : h->peak_rss;
    np_times_beside(np_times.beside);
    h->rules = np_rule_count();
    np_thread_sum_locked();
}
