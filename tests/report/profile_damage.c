/*
 * Ways in which a profile can be damaged; see profile_damage.h.
 */
#include "config.h"

#include "profile_damage.h"

#include <string.h>

#include "format/np_format.h"


static np_format_header_t *
damage_header(unsigned char *image)
{
    return (np_format_header_t *) image;
}


static np_format_table_t *
damage_table(unsigned char *image, np_table_e t)
{
    return &damage_header(image)->table[t];
}


static void *
damage_record(unsigned char *image, np_table_e t, uint32_t i)
{
    const np_format_table_t *where = damage_table(image, t);

    return image + where->offset + (size_t) i * where->size;
}


static void
damage_empty(unsigned char *image, size_t *size)
{
    (void) image;
    *size = 0;
}


static void
damage_short_header(unsigned char *image, size_t *size)
{
    (void) image;
    *size = sizeof(np_format_header_t) - 1;
}


static void
damage_magic(unsigned char *image, size_t *size)
{
    (void) size;
    memcpy(image, "\177ELF", 4);
}


static void
damage_version(unsigned char *image, size_t *size)
{
    (void) size;
    damage_header(image)->version = NP_FORMAT_CODED + 1;
}


static void
damage_header_size(unsigned char *image, size_t *size)
{
    (void) size;
    damage_header(image)->header = 16;
}


static void
damage_scale(unsigned char *image, size_t *size)
{
    (void) size;
    damage_header(image)->scale = 0;
}


static void
damage_cut(unsigned char *image, size_t *size)
{
    *size = damage_table(image, NP_TABLE_SITES)->offset + 100;
}


static void
damage_offset(unsigned char *image, size_t *size)
{
    damage_table(image, NP_TABLE_SITES)->offset = *size + 4096;
}


static void
damage_offset_wraps(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->offset = UINT64_MAX - 15;
}


static void
damage_offset_odd(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->offset += 3;
}


static void
damage_record_size(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->size = 0;
}


static void
damage_record_small(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->size -= 8;
}


static void
damage_record_huge(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->size = UINT32_MAX;
}


static void
damage_used(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->used = UINT32_MAX;
}


static void
damage_capacity(unsigned char *image, size_t *size)
{
    (void) size;
    damage_table(image, NP_TABLE_SITES)->used = UINT32_MAX;
    damage_table(image, NP_TABLE_SITES)->capacity = UINT32_MAX;
}


static void
damage_self_parent(unsigned char *image, size_t *size)
{
    (void) size;
    ((np_format_node_t *) damage_record(image, NP_TABLE_NODES, 1))->parent = 1;
}


static void
damage_cycle(unsigned char *image, size_t *size)
{
    (void) size;
    ((np_format_node_t *) damage_record(image, NP_TABLE_NODES, 1))->parent = 2;
    ((np_format_node_t *) damage_record(image, NP_TABLE_NODES, 2))->parent = 1;
}


static void
damage_parent(unsigned char *image, size_t *size)
{
    np_format_node_t *r = damage_record(image, NP_TABLE_NODES, 1);

    (void) size;
    r->parent = UINT32_MAX;
}


static void
damage_site_node(unsigned char *image, size_t *size)
{
    np_format_site_t *r = damage_record(image, NP_TABLE_SITES, NP_SITE_FIRST);

    (void) size;
    r->node = damage_table(image, NP_TABLE_NODES)->used;
}


static void
damage_figures(unsigned char *image, size_t *size)
{
    np_format_site_t *r = damage_record(image, NP_TABLE_SITES, NP_SITE_FIRST);

    (void) size;
    memset(&r->allocs, 0xff, sizeof(*r) - offsetof(np_format_site_t, allocs));
}


static void
damage_module_path(unsigned char *image, size_t *size)
{
    np_format_module_t *r = damage_record(image, NP_TABLE_MODULES, 0);

    (void) size;
    memset(r->path, '/', sizeof(r->path));
    r->build_id_length = UINT32_MAX;
}


static void
damage_module_range(unsigned char *image, size_t *size)
{
    np_format_module_t *r = damage_record(image, NP_TABLE_MODULES, 0);
    uint64_t            start = r->start;

    (void) size;
    r->start = r->end;
    r->end = start;
    r->bias = UINT64_MAX;
    r->from = UINT32_MAX;
    r->to = 0;
}


static void
damage_command(unsigned char *image, size_t *size)
{
    np_format_table_t *t = damage_table(image, NP_TABLE_COMMAND);

    (void) size;
    t->used = t->capacity;
    memset(damage_record(image, NP_TABLE_COMMAND, 0), 'A', t->capacity);
}


static void
damage_header_figures(unsigned char *image, size_t *size)
{
    np_format_header_t *h = damage_header(image);

    (void) size;
    memset(&h->depth, 0xff,
           offsetof(np_format_header_t, table)
               - offsetof(np_format_header_t, depth));
}


const profile_damage_t profile_damages[] = {
    {"empty", 1, damage_empty},
    {"short-header", 1, damage_short_header},
    {"magic", 1, damage_magic},
    {"version", 1, damage_version},
    {"header-size", 1, damage_header_size},
    {"scale", 0, damage_scale},
    {"cut", 0, damage_cut},
    {"offset", 0, damage_offset},
    {"offset-wraps", 0, damage_offset_wraps},
    {"offset-odd", 0, damage_offset_odd},
    {"record-size", 0, damage_record_size},
    {"record-small", 0, damage_record_small},
    {"record-huge", 0, damage_record_huge},
    {"used", 0, damage_used},
    {"capacity", 0, damage_capacity},
    {"self-parent", 0, damage_self_parent},
    {"cycle", 0, damage_cycle},
    {"parent", 0, damage_parent},
    {"site-node", 0, damage_site_node},
    {"figures", 0, damage_figures},
    {"module-path", 0, damage_module_path},
    {"module-range", 0, damage_module_range},
    {"command", 0, damage_command},
    {"header-figures", 0, damage_header_figures},
    {NULL, 0, NULL},
};
