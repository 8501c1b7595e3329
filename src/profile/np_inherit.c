#include "config.h"

#include "profile/np_inherit.h"

#include <string.h>
#include <sys/single_threaded.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_mem.h"
#include "os/np_proc.h"
#include "os/np_stray.h"
#include "profile/np_gate.h"
#include "profile/np_image.h"
#include "profile/np_tally.h"
#include "profile/np_thread.h"
#include "profile/np_times.h"

/* of a site */
typedef struct {
    uint64_t bytes, objects, slack;
} np_inherit_live_t;

/* what a child inherits: as it is when the process forks, since the parent
 * goes on to write to the file.  live is NULL if there is to be no file. */
static struct {
    const char        *file; /* pattern */
    np_format_header_t header;
    np_inherit_live_t *live;
    size_t             bytes;
    int                ended; /* there is nothing to go on with */
    np_image_t         aside; /* what np_inherit_begin() copies */
} np_inherit;

uint64_t np_inherit_since;

/* bit 0: the lock was taken for this fork; bit 1: for the one that a signal
 * interrupted whose handler makes this one, ...  Apart, since it is all that
 * is written where there is no profile. */
static unsigned np_inherit_locks;


/* A lone thread that finds the lock taken has it itself: a signal has
 * interrupted the profiler, and its handler forks. */
static int
np_inherit_lock(void)
{
    int taken = 1;

    if (__libc_single_threaded) {
        taken = np_lock_try(&np_profile_lock);

    } else {
        np_lock(&np_profile_lock);
    }

    np_inherit_locks = np_inherit_locks << 1 | (unsigned) taken;

    return taken;
}


static int
np_inherit_taken(void)
{
    unsigned taken = np_inherit_locks & 1;

    np_inherit_locks >>= 1;

    return taken != 0;
}


void
np_inherit_prepare(const char *file)
{
    np_format_header_t     *h = np_image.header;
    const np_format_site_t *s;
    np_inherit_live_t      *live;
    size_t                  n;
    uint32_t                i;

    np_gate_shut();

    if (!np_inherit_lock()) {
        return;
    }

    np_inherit.ended = 0;

    if (file == NULL || !np_image_is_ours()) {
        return;
    }

    if (np_peek(h->ended) != NP_ENDED_NOT) {
        np_inherit.ended = 1;
        return;
    }

    n = h->table[NP_TABLE_SITES].used;
    np_inherit.bytes = np_align_up((n + 1) * sizeof(*live), np_mem_page());
    live = np_mem_map(np_inherit.bytes);

    if (live == NULL) {
        return;
    }

    np_inherit.file = file;
    np_inherit.header = *h;
    np_inherit.live = live;

    for (i = 0; i < n; i++) {
        s = np_image_record(NP_TABLE_SITES, i);
        live[i].bytes = np_peek(s->live_bytes);
        live[i].objects = np_peek(s->live_objects);
        live[i].slack = np_peek(s->live_slack);
    }
}


static void
np_inherit_done(void)
{
    if (np_inherit.live != NULL) {
        (void) np_mem_unmap(np_inherit.live, np_inherit.bytes);
        np_inherit.live = NULL;
    }
}


void
np_inherit_parent(void)
{
    if (np_inherit_taken()) {
        np_inherit_done();
        np_unlock(&np_profile_lock);
    }

    np_gate_open();
}


/* what the parent had is inherited; what follows is the child's */
static void
np_inherit_apply_locked(uint32_t parent)
{
    np_format_header_t      *h = np_image.header;
    const np_inherit_live_t *live;
    np_format_site_t        *s;
    np_format_thread_t      *t;
    uint32_t                 i, node;

    h->parent = parent;
    h->pid = (uint32_t) np_proc_pid();
    h->table[NP_TABLE_TIMES].used = 0;
    h->table[NP_TABLE_POOLS].used = 0;
    h->table[NP_TABLE_BLOCKS].used = 0;
    /* other threads of the parent may have been at work */
    h->live_bytes = 0;
    h->live_objects = 0;
    h->peak_rss = 0;
    h->peak_ms = np_times_now();
    h->half_clock[0] = 0;
    h->half_clock[1] = 0;

    for (i = 0; i < h->table[NP_TABLE_SITES].used; i++) {
        s = np_image_record(NP_TABLE_SITES, i);
        live = &np_inherit.live[i];
        node = s->node;
        memset(s, 0, sizeof(*s));
        s->node = node;
        s->peak_epoch = h->peak_epoch;
        s->half_epoch = h->half_epoch;
        s->live_bytes = live->bytes;
        s->live_objects = live->objects;
        s->live_slack = live->slack;
        s->inherited_bytes = live->bytes;
        s->inherited_objects = live->objects;
        s->peak_bytes = live->bytes;
        s->peak_objects = live->objects;
        s->at_peak_bytes = live->bytes;
        s->at_peak_objects = live->objects;
        h->live_bytes += live->bytes;
        h->live_objects += live->objects;
    }

    h->peak_bytes = h->live_bytes;

    /* modules that found no room are missing here, too */
    for (i = NP_TABLE_NODES; i < NP_TABLES; i++) {
        h->table[i].lost = 0;
    }

    for (i = 0; i < h->table[NP_TABLE_THREADS].used; i++) {
        t = np_image_record(NP_TABLE_THREADS, i);
        t->allocs = 0;
        t->alloc_bytes = 0;
        t->frees = 0;
        t->free_bytes = 0;
        t->remote = 0;
        t->threads = 0;
    }
}


void
np_inherit_child(void *thread)
{
    int taken = np_inherit_taken();

    np_gate_open();

    if (taken) {
        np_lock_reset(&np_profile_lock);

    } else {
        np_stray_lose();
    }

    if (np_image.header == NULL) {
        return;
    }

    np_tally_forked();

    /* a call that was interrupted goes on to use what there is */
    if (np_is_stray()) {
        return;
    }

    if (np_inherit.live == NULL && np_inherit.ended) {
        np_inherit.aside = np_image;
        np_image.header = NULL;

    } else if (np_inherit.live == NULL) {
        np_image_drop();

    } else if (np_image_copy_locked(np_inherit.file, &np_inherit.header)
               == 0) {
        np_inherit_apply_locked(np_inherit.header.pid);
        np_times_resume();
    }

    np_inherit_done();
    np_thread_forked(thread);
}


/* the file put aside, of which nothing is alive for us; 0 or -1 */
static int
np_inherit_begin_locked(const char *file)
{
    np_format_header_t *h = &np_inherit.header;

    np_image = np_inherit.aside;
    np_inherit.aside.header = NULL;
    *h = *np_image.header;
    np_inherit.bytes = np_align_up((h->table[NP_TABLE_SITES].used + (size_t) 1)
                                       * sizeof(*np_inherit.live),
                                   np_mem_page());
    np_inherit.live = np_mem_map(np_inherit.bytes);

    if (np_inherit.live == NULL) {
        np_image_drop();
        return -1;
    }

    if (np_image_copy_locked(file, h) == 0) {
        np_inherit_apply_locked(h->pid);
        np_times_resume();
        /* nobody was born at that time */
        np_inherit_since = ++np_image.header->clock;
        np_image.header->ended = NP_ENDED_NOT;
    }

    np_inherit_done();

    return np_image.header != NULL ? 0 : -1;
}


int
np_inherit_begin(const char *file)
{
    int rc = -1;

    np_lock(&np_profile_lock);

    if (np_inherit.aside.header != NULL) {
        rc = np_inherit_begin_locked(file);
    }

    np_unlock(&np_profile_lock);

    return rc;
}
