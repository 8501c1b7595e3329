#ifndef NP_PROGS_PROFILE_LAWS_H
#define NP_PROGS_PROFILE_LAWS_H

/*
 * What holds of every profile whose process is at rest or has ended, as
 * src/format/np_format.h says.
 */

#include "profile.h"


/* the tables lie in the file, one behind the other */
static inline void
np_laws_tables(const np_prof_t *p)
{
    const np_format_table_t *t;
    uint64_t                 end = p->h->header;
    unsigned                 i;

    NP_NEED(memcmp(p->h->magic, NP_FORMAT_MAGIC, 8) == 0);
    NP_NEED(p->h->version == NP_FORMAT_VERSION);
    NP_NEED(p->h->header == sizeof(np_format_header_t));

    for (i = 0; i < NP_TABLES; i++) {
        t = &p->h->table[i];
        NP_NEED(t->offset >= end && t->used <= t->capacity);
        end = t->offset + (uint64_t) t->size * t->capacity;
        NP_NEED(end <= p->bytes);
    }
}


static inline void
np_laws_site(const np_prof_t *p, const np_format_site_t *s)
{
    uint64_t sizes = 0, lives = 0, times = 0;
    unsigned i;

    NP_NEED(s->node < np_prof_used(p, NP_TABLE_NODES));
    NP_NEED(s->live_bytes
            == s->inherited_bytes + s->alloc_bytes - s->free_bytes);
    NP_NEED(s->live_objects == s->inherited_objects + s->allocs - s->frees);
    NP_NEED(s->peak_bytes >= s->live_bytes);
    NP_NEED(s->peak_objects >= s->live_objects);
    NP_NEED(s->live_slack <= (uint64_t) 1 << 48);
    NP_NEED(s->live_objects != 0 || s->live_slack == 0);
    NP_NEED(s->temporary <= s->frees && s->remote <= s->frees);
    NP_NEED(s->lifo <= s->frees && s->runs <= s->free_samples);
    NP_NEED(s->reallocs <= s->allocs && s->realloc_in_place <= s->reallocs);
    NP_NEED(s->pinned <= s->pinned_max);
    NP_NEED(s->half_epoch <= p->h->half_epoch);
    NP_NEED(s->peak_epoch <= p->h->peak_epoch);

    for (i = 0; i < NP_SIZES; i++) {
        sizes += s->size[i];
    }

    for (i = 0; i < NP_LIVES; i++) {
        lives += s->life[i];
    }

    for (i = 0; i < NP_TIMES; i++) {
        times += s->time[i];
    }

    NP_NEED(sizes == s->samples);
    NP_NEED(lives == s->free_samples && times == s->free_samples);
}


/* sums over sites are what the header says, in an exact profile that began
 * with the process what the allocator counted, too */
static inline void
np_laws_sums(const np_prof_t *p)
{
    const np_format_site_t *s;
    uint64_t                bytes = 0, objects = 0, peak = 0;
    uint32_t                i;

    for (i = 0; i < np_prof_used(p, NP_TABLE_SITES); i++) {
        s = np_prof_site(p, i);
        np_laws_site(p, s);
        bytes += s->live_bytes;
        objects += s->live_objects;
        peak += s->peak_epoch == p->h->peak_epoch
                        && p->h->live_bytes != p->h->peak_bytes
                    ? s->at_peak_bytes
                    : s->live_bytes;
    }

    NP_NEED(bytes == p->h->live_bytes);
    NP_NEED(objects == p->h->live_objects);
    NP_NEED(p->h->peak_bytes >= p->h->live_bytes);

    if (np_prof_used(p, NP_TABLE_THREADS) == 1) {
        NP_NEED(peak == p->h->peak_bytes);
    }
}


/* callers come before those that they call, and lie in modules; but for code
 * that was made at run time */
static inline void
np_laws_nodes(const np_prof_t *p)
{
    const np_format_node_t   *node;
    const np_format_module_t *m;
    uint32_t                  i, k, strange = 0;

    for (i = 1; i < np_prof_used(p, NP_TABLE_NODES); i++) {
        node = np_prof_node(p, i);
        NP_NEED(node->parent < i && node->address != 0);

        for (k = 0; k < np_prof_used(p, NP_TABLE_MODULES); k++) {
            m = (const np_format_module_t *) np_prof_record(
                p, NP_TABLE_MODULES, k);

            if (node->address >= m->start && node->address < m->end
                && node->generation >> 1 >= m->from
                && node->generation >> 1 <= m->to) {
                break;
            }
        }

        strange += k == np_prof_used(p, NP_TABLE_MODULES);
    }

    NP_NEED(strange == 0 || getenv("NP_PROFILE_STRANGE") != NULL);
}


/* where /proc cannot be read, RSS is not known */
static int np_laws_lack_rss;


static inline void
np_laws_times(const np_prof_t *p)
{
    const np_format_time_t *t, *before = NULL;
    uint32_t                i;

    for (i = 0; i < np_prof_used(p, NP_TABLE_TIMES); i++) {
        t = (const np_format_time_t *) np_prof_record(p, NP_TABLE_TIMES, i);
        NP_NEED(t->rss != 0 || np_laws_lack_rss
                || getenv("NP_PROFILE_STRANGE") != NULL);
        NP_NEED(t->heap >= t->pools);

        if (before != NULL) {
            NP_NEED(t->ms >= before->ms && t->clock >= before->clock);
        }

        before = t;
    }
}


static inline void
np_laws(const np_prof_t *p)
{
    np_laws_tables(p);
    np_laws_sums(p);
    np_laws_nodes(p);
    np_laws_times(p);
}


/* and of a profile that was exact from the beginning of its process, which
 * has just been brought up to date: the allocator counted the same */
static inline void
np_laws_exact(const np_prof_t *p)
{
    np_laws(p);
    NP_NEED(p->h->interval == 0 && p->h->scale == 1);
    NP_NEED(p->h->heap_known == 1);
    NP_NEED(p->h->heap_live_bytes == p->h->live_bytes);
    NP_NEED(p->h->heap_live_objects == p->h->live_objects);
}

#endif
