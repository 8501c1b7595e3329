#include "config.h"

#include "preload/np_pinning.h"

#include <string.h>
#include <sys/single_threaded.h>

#include "base/np_attr.h"
#include "heap/np_class.h"
#include "heap/np_stats.h"
#include "heap/np_survey.h"
#include "heap/np_watch.h"
#include "os/np_clock.h"
#include "profile/np_image.h"
#include "profile/np_profile.h"
#include "profile/np_times.h"
#include "profile/np_weight.h"

/* a survey begins so many milliseconds behind the last one at least, and so
 * many times as long as that took */
#define NP_PINNING_EVERY 200
#define NP_PINNING_SHARE 500
/* but one at a peak only this many times */
#define NP_PINNING_PEAK 100
/* sites of a block that are told apart */
#define NP_PINNING_SITES 8

typedef struct {
    uint32_t site;
    uint64_t pinned;
} np_pinning_share_t;

/* of the survey under way; profile lock */
static struct {
    np_pinning_share_t share[NP_PINNING_SITES]; /* of the block */
    uint64_t           watched;                 /* objects of the block */
    uint64_t           pinned;                  /* bytes, of all blocks */
    uint64_t most_live; /* live bytes at the survey nearest the peak */
    uint64_t next_ns;
    uint64_t peak_ns; /* likewise, at a peak */
    int      whole;   /* all objects that live are watched */
    int      fresh;   /* the last entry of the time line came with a survey */
    /* the allocator's; of 8 KiB, and small stacks come here */
    np_stats_t stats;
} np_pinning;


/* the site's share of what the present block holds back */
static void
np_pinning_share(uint32_t site, uint64_t pinned)
{
    np_pinning_share_t *least = &np_pinning.share[0];
    unsigned            i;

    for (i = 0; i < NP_PINNING_SITES; i++) {
        if (np_pinning.share[i].site == site) {
            np_pinning.share[i].pinned += pinned;
            return;
        }

        if (np_pinning.share[i].pinned < least->pinned) {
            least = &np_pinning.share[i];
        }
    }

    /* as the space-saving algorithm of Metwally et al. (ICDT 2005) does */
    least->site = site;
    least->pinned += pinned;
}


static void
np_pinning_object(void *to NP_UNUSED, uint32_t note, size_t size,
                  size_t pinned)
{
    uint32_t          i = np_profile_note_site(note);
    np_weight_t       w = np_weight(size);
    np_format_site_t *s;

    if (i >= np_image.header->table[NP_TABLE_SITES].used) {
        return;
    }

    np_pinning.watched++;
    pinned = (size_t) ((double) pinned * w.factor + 0.5);
    s = np_image_record(NP_TABLE_SITES, i);
    np_poke(s->pinned, s->pinned + pinned);
    np_pinning_share(i, pinned);
}


static void
np_pinning_block(void *to NP_UNUSED, const np_survey_block_t *b)
{
    np_format_pool_t  *p = np_image_record(NP_TABLE_POOLS, b->class_index);
    np_format_block_t *record;
    unsigned           i, most = 0;

    p->size = (uint32_t) b->size;
    p->blocks++;
    p->slots += b->slots;
    p->live += b->live;
    p->holes += b->opened - b->live;
    p->pinned += b->pinned;
    p->watched += np_pinning.watched;
    np_pinning.pinned += b->pinned;

    for (i = 1; i < NP_PINNING_SITES; i++) {
        if (np_pinning.share[i].pinned > np_pinning.share[most].pinned) {
            most = i;
        }
    }

    record = np_image_append_locked(NP_TABLE_BLOCKS);

    if (record != NULL) {
        record->start = b->start;
        record->bytes = b->bytes;
        record->size = (uint32_t) b->size;
        record->slots = b->slots;
        record->live = b->live;
        record->pinned = b->pinned;
        record->site = np_pinning.share[most].site;
        record->pinned_by = np_pinning.share[most].pinned;
        memcpy(record->cell, b->cell, sizeof(record->cell));
    }

    memset(np_pinning.share, 0, sizeof(np_pinning.share));
    np_pinning.watched = 0;
}


/* sites begin at 0, and pools; 0, or -1 if there is no room */
static int
np_pinning_begin(void *to NP_UNUSED)
{
    np_format_header_t *h = np_image.header;
    np_format_site_t   *s;
    uint32_t            i;

    if (!np_image_reserve_locked(NP_TABLE_POOLS, NP_CLASSES - 1)) {
        return -1;
    }

    memset(np_image.table[NP_TABLE_POOLS], 0,
           NP_CLASSES * sizeof(np_format_pool_t));
    h->table[NP_TABLE_POOLS].used = NP_CLASSES;
    h->table[NP_TABLE_BLOCKS].used = 0;
    h->table[NP_TABLE_BLOCKS].lost = 0;
    np_pinning.pinned = 0;

    for (i = 0; i < h->table[NP_TABLE_SITES].used; i++) {
        s = np_image_record(NP_TABLE_SITES, i);
        np_poke(s->pinned, 0);
    }

    return 0;
}


static const np_survey_visitor_t np_pinning_visitor
    = {.begin = np_pinning_begin,
       .object = np_pinning_object,
       .block = np_pinning_block};


/* what is seen while it falls is not the peak's, however much lives yet */
static void
np_pinning_finish_locked(np_times_at_e at)
{
    np_format_header_t *h = np_image.header;
    np_format_site_t   *s;
    uint32_t            i;
    int peak = at != NP_TIMES_DEATH && h->live_bytes > np_pinning.most_live;

    for (i = 0; i < h->table[NP_TABLE_SITES].used; i++) {
        s = np_image_record(NP_TABLE_SITES, i);
        s->surveys++;
        s->pinned_sum += s->pinned;
        s->pinned_max = s->pinned > s->pinned_max ? s->pinned : s->pinned_max;

        if (peak) {
            s->pinned_at_peak = s->pinned;
        }
    }

    if (peak) {
        np_pinning.most_live = h->live_bytes;
    }
}


/* the allocator's own counters, kept apart from the sites' */
static void
np_pinning_counters(void)
{
    np_format_header_t *h = np_image.header;
    np_stats_t         *s = &np_pinning.stats;

    if (!np_pinning.whole || np_watch_missed() != 0 || np_stats_collect(s) != 0
        || !s->counted) {
        h->heap_known = 0;
        return;
    }

    h->heap_live_bytes = s->live_requested;
    h->heap_live_objects = s->allocs - s->frees;
    h->heap_known = 1;
}


void
np_pinning_whole(int whole)
{
    np_pinning.whole = whole;
}


/* 1 if the allocator counts what the profile does */
static int
np_pinning_agrees_locked(void)
{
    const np_format_header_t *h = np_image.header;
    np_stats_t               *s = &np_pinning.stats;

    return np_stats_collect(s) == 0 && s->live_requested == h->live_bytes
           && s->allocs - s->frees == h->live_objects;
}


void
np_pinning_forked(void)
{
    np_pinning.most_live = 0;
    np_pinning.next_ns = 0;
    np_pinning.peak_ns = 0;

    /* other threads may have been at work */
    if (!np_pinning.whole || __libc_single_threaded) {
        return;
    }

    if (!np_lock_try(&np_profile_lock)) {
        np_pinning.whole = 0;
        return;
    }

    np_pinning.whole = np_pinning_agrees_locked();
    np_unlock(&np_profile_lock);
}


/* 1, or 0: the heap's locks were not to be had */
static int
np_pinning_look(np_times_at_e at)
{
    int done = np_survey(&np_pinning_visitor, NULL) == 0;

    if (done) {
        np_pinning_finish_locked(at);
    }

    /* a sandbox that shows no files (sshd's) may kill whoever asks which pages
     * there are */
    if (!np_times_is_blind()) {
        np_times_beside(np_survey_beside());
    }

    np_pinning_counters();

    return done;
}


void
np_pinning_survey(void)
{
    np_format_table_t *times = &np_image.header->table[NP_TABLE_TIMES];
    np_format_time_t  *t;

    if (np_pinning.fresh || !np_pinning_look(NP_TIMES_BIRTH)
        || times->used == 0) {
        return;
    }

    t = np_image_record(NP_TABLE_TIMES, times->used - 1);

    /* there may have been no room for the last one */
    if (t->ms == np_image.header->ms) {
        t->pinned = np_pinning.pinned;
    }
}


int
np_pinning_source(np_format_time_t *t, np_times_at_e at)
{
    np_survey_totals_t heap;
    uint64_t           begin = np_clock_ns(), end;

    np_survey_totals(&heap);
    t->heap = heap.blocks + heap.kept;
    t->large = heap.large;
    t->pools = heap.blocks > heap.large ? heap.blocks - heap.large : 0;

    np_pinning.fresh = 0;

    if (begin
        >= (at == NP_TIMES_PEAK ? np_pinning.peak_ns : np_pinning.next_ns)) {
        np_pinning.fresh = np_pinning_look(at);
        end = np_clock_ns();
        np_pinning.next_ns = end + (end - begin) * NP_PINNING_SHARE
                             + NP_PINNING_EVERY * (uint64_t) 1000000;
        np_pinning.peak_ns = end + (end - begin) * NP_PINNING_PEAK;
    }

    t->pinned = np_pinning.fresh ? np_pinning.pinned : NP_TIME_UNKNOWN;

    return np_pinning.fresh;
}
