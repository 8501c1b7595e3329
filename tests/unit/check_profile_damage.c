/*
 * Damaged and hostile profiles: refused with one line or shown, never a crash
 * (build with --enable-asan to see what else could go wrong).
 */
#include "config.h"

#include "report/np_profile.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_suite.h"
#include "profile_damage.h"
#include "profile_maker.h"
#include "report/np_passing.h"
#include "report/np_text.h"
#include "sample_profile.h"

static int check_fd = -1;


static const char *
file_of(const void *bytes, size_t n)
{
    static char path[64];

    if (check_fd < 0) {
        check_fd = memfd_create("profile", 0);
        ck_assert_int_ge(check_fd, 0);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", check_fd);
    }
    ck_assert_int_eq(ftruncate(check_fd, 0), 0);
    ck_assert_int_eq(pwrite(check_fd, bytes, n, 0), (ssize_t) n);
    return path;
}


/* a record of each kind, and nothing twice */
static unsigned char *
small_image(size_t *n)
{
    const maker_life_t life = {20, 2, 0, 1, 1};
    maker_t           *m = maker_create(0);
    uint32_t           node = maker_frame(m, 0, 0x1234), site;
    np_format_block_t *b;
    unsigned char     *image;

    node = maker_frame(m, node, 0x1500);
    site = maker_site(m, node);
    maker_argument(m, "a");
    maker_argument(m, "bc");
    maker_module(m, "/no/such/file", 0x1000, 0x2000, 0x1000)->build_id_length
        = 20;
    (void) maker_thread(m, 1, "main");
    (void) maker_pool(m, 64);
    b = maker_block(m, 0x8000, 4096);
    b->site = site;
    maker_alloc(m, site, 0, 40, 3);
    maker_free(m, site, 0, 40, 1, &life);
    maker_tick(m, 5, 100000, 8192, 0);
    image = maker_image(m, n);
    maker_destroy(m);
    return image;
}


/* NULL: refused, with one line */
static np_profile_t *
try_load(const unsigned char *image, size_t n)
{
    char          err[NP_PROFILE_ERROR] = "";
    np_profile_t *p = np_profile_load(file_of(image, n), err);

    if (p == NULL) {
        ck_assert_str_ne(err, "");
        ck_assert_ptr_null(strchr(err, '\n'));
    }
    return p;
}


/* all that a report does with it; 1: it was shown, 0: refused */
static int
try(const unsigned char *image, size_t n)
{
    np_text_options_t o;
    np_text_t         t;
    np_profile_t     *p = try_load(image, n);
    char             *text = NULL;
    size_t            size;

    if (p == NULL) {
        return 0;
    }
    memset(&o, 0, sizeof(o));
    memset(&t, 0, sizeof(t));
    o.name = "x";
    o.top = 3;
    t.p = p;
    t.y = np_symbols_open(p, NULL);
    t.o = &o;
    t.f = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(t.y);
    ck_assert_ptr_nonnull(t.f);
    ck_assert_int_eq(np_passing_mark(t.y, p), 0);
    ck_assert_int_eq(np_text_report(&t), 0);
    o.tree = NP_TREE_CALLERS;
    ck_assert_int_eq(np_text_tree(&t), 0);
    for (int by = 0; by < NP_BYS; by++) {
        o.by = (np_by_e) by;
        ck_assert_int_eq(np_text_groups(&t), 0);
    }
    ck_assert_int_eq(fclose(t.f), 0);
    ck_assert_ptr_null(strchr(text, '\033'));
    free(text);
    np_symbols_free(t.y);
    np_profile_free(p);
    return 1;
}


/* the one line for bytes that are no profile */
static const char *
refusal(const void *bytes, size_t n)
{
    static char   err[NP_PROFILE_ERROR];
    np_profile_t *p;

    err[0] = '\0';
    p = np_profile_load(file_of(bytes, n), err);
    ck_assert_ptr_null(p);
    return err;
}


START_TEST(test_each_damage)
{
    const profile_damage_t *d = &profile_damages[_i];
    maker_t                *m = sample_plain(0);
    size_t                  n;
    unsigned char          *image = maker_image(m, &n);
    int                     shown;

    d->harm(image, &n);
    shown = try(image, n);
    if (d->hopeless) {
        ck_assert_msg(!shown, "%s was read", d->name);
    }
    free(image);
    maker_destroy(m);
}
END_TEST


START_TEST(test_each_byte)
{
    size_t         n;
    unsigned char *image = small_image(&n);
    unsigned       shown = 0, refused = 0;

    ck_assert_int_eq(try(image, n), 1);
    for (size_t i = 0; i < n; i++) {
        image[i] ^= 0xff;
        if (try(image, n)) {
            shown++;
        } else {
            refused++;
        }
        /* nearly what it was */
        image[i] ^= 0xfe;
        np_profile_free(try_load(image, n));
        image[i] ^= 0x01;
    }
    /* figures are shown as they are; what cannot be is refused */
    ck_assert_uint_gt(shown, n / 2);
    ck_assert_uint_gt(refused, 100);
    free(image);
}
END_TEST


START_TEST(test_each_length)
{
    size_t         n, whole = 0;
    unsigned char *image = small_image(&n);

    for (size_t i = 0; i < n; i++) {
        whole += (size_t) try(image, i);
    }
    /* only room that is not in use may lack */
    ck_assert_uint_lt(whole, n / 2);
    ck_assert_int_eq(try(image, sizeof(np_format_header_t)), 0);
    free(image);
}
END_TEST


START_TEST(test_foreign)
{
    static const unsigned char gzip[] = {0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6};
    static const np_format_header_t none;
    char                            err[NP_PROFILE_ERROR];

    ck_assert_str_eq(refusal("", 0), "not a profile: it is empty");
    ck_assert_str_eq(refusal(&none, sizeof(none)),
                     "not a profile: the process ended before that had begun");
    ck_assert_str_eq(refusal(&none, sizeof(none) - 1),
                     "not a profile of ngxpool");
    ck_assert_str_eq(refusal("#!/bin/sh\necho\n", 15),
                     "not a profile of ngxpool");
    ck_assert_str_eq(refusal("\177ELF", 4), "not a profile of ngxpool");
    ck_assert_str_eq(refusal(gzip, sizeof(gzip)),
                     "not a profile, or damaged: it ends too soon");
    ck_assert_ptr_null(np_profile_load("/", err));
    ck_assert_str_eq(err, "not a profile: it is no regular file");
    ck_assert_ptr_null(np_profile_load("/dev/zero", err));
    ck_assert_str_eq(err, "not a profile: it is no regular file");
    ck_assert_ptr_null(np_profile_load("/no/such/file", err));
    ck_assert_str_eq(err, "No such file or directory");
}
END_TEST


START_TEST(test_reasons)
{
    size_t              n;
    unsigned char      *image = small_image(&n);
    np_format_header_t *h = (np_format_header_t *) image, keep = *h;
    np_format_node_t   *node
        = (np_format_node_t *) (image + h->table[NP_TABLE_NODES].offset);

    h->version = NP_FORMAT_CODED + 1;
    ck_assert_str_eq(refusal(image, n),
                     "a profile of version 4; this ngxpool reads versions 1 "
                     "to 3");
    *h = keep;
    h->table[NP_TABLE_SITES].used = h->table[NP_TABLE_SITES].capacity + 1;
    ck_assert_str_eq(refusal(image, n),
                     "damaged: its sites are more than there is room for");
    *h = keep;
    h->table[NP_TABLE_NODES].offset = h->table[NP_TABLE_SITES].offset;
    ck_assert_str_eq(refusal(image, n), "damaged: its sites overlap others");
    *h = keep;
    node[1].parent = 1;
    ck_assert_str_eq(refusal(image, n),
                     "damaged: a call stack turns in circles");
    node[1].parent = 2;
    ck_assert_str_eq(refusal(image, n),
                     "damaged: a call stack turns in circles");
    free(image);
}
END_TEST


/* a command is some thousand bytes, and each 0 in it would be a word */
START_TEST(test_long_command)
{
    size_t              n, most = 1 << 20;
    unsigned char      *image = small_image(&n), *longer;
    np_format_header_t *h;
    char                err[NP_PROFILE_ERROR];
    np_profile_t       *p;

    longer = calloc(1, n + most + 1);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, image, n);
    h = (np_format_header_t *) longer;
    h->table[NP_TABLE_COMMAND].offset = n;
    h->table[NP_TABLE_COMMAND].capacity = (uint32_t) most + 1;
    h->table[NP_TABLE_COMMAND].used = (uint32_t) most;
    p = np_profile_load(file_of(longer, n + most + 1), err);
    ck_assert_msg(p != NULL, "%s", err);
    ck_assert_uint_eq(p->ncommand, most);
    np_profile_free(p);
    h->table[NP_TABLE_COMMAND].used = (uint32_t) most + 1;
    ck_assert_str_eq(refusal(longer, n + most + 1),
                     "damaged: its arguments are more than a program has");
    free(longer);
    free(image);
}
END_TEST


/* so are the other tables, each as long as the file has room for */
START_TEST(test_long_tables)
{
    static const char *const name[NP_TABLES]
        = {"arguments", "modules", "nodes", "sites",
           "threads",   "times",   "pools", "blocks"};
    size_t              n;
    unsigned char      *image = small_image(&n);
    np_format_header_t *h = (np_format_header_t *) image, keep = *h;
    char                want[NP_PROFILE_ERROR];

    for (unsigned i = 0; i < NP_TABLES; i++) {
        *h = keep;
        h->table[i].offset = n;
        h->table[i].used = (uint32_t) (((size_t) 1 << 30) / h->table[i].size);
        h->table[i].capacity = h->table[i].used;
        snprintf(want, sizeof(want),
                 "damaged: its %s are more than a program has", name[i]);
        ck_assert_str_eq(refusal(image, n), want);
    }
    free(image);
}
END_TEST


/* a chain of all nodes is too deep for a stack */
START_TEST(test_depth)
{
    maker_t       *m = maker_create(0);
    uint32_t       node = 0;
    size_t         n;
    unsigned char *image;

    for (unsigned i = 0; i < NP_STACK_MAX; i++) {
        node = maker_frame(m, node, 0x1000 + i);
    }
    maker_alloc(m, maker_site(m, node), 0, 1, 1);
    image = maker_image(m, &n);
    ck_assert_int_eq(try(image, n), 1);
    free(image);
    (void) maker_frame(m, node, 0x10);
    image = maker_image(m, &n);
    ck_assert_str_eq(refusal(image, n), "damaged: a call stack is too deep");
    free(image);
    maker_destroy(m);
}
END_TEST


/* a program that still writes may name what we have not read; one that has
 * ended may not */
START_TEST(test_live_file)
{
    size_t              n;
    unsigned char      *image = small_image(&n);
    np_format_header_t *h = (np_format_header_t *) image;
    np_format_site_t   *s
        = (np_format_site_t *) (image + h->table[NP_TABLE_SITES].offset);
    char          err[NP_PROFILE_ERROR];
    np_profile_t *p;

    s[NP_SITE_FIRST].node = h->table[NP_TABLE_NODES].used;
    h->ended = NP_ENDED_EXIT;
    ck_assert_str_eq(refusal(image, n),
                     "damaged: a site has no such call stack");
    h->ended = NP_ENDED_NOT;
    p = np_profile_load(file_of(image, n), err);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->dropped, 1);
    np_profile_free(p);
    free(image);
}
END_TEST


/* a module's record is seen while it is written: it is none yet, and no
 * address is in it */
START_TEST(test_live_module)
{
    static const struct {
        uint64_t start, end;
    } f[] = {{0, 0}, {0x1000, 0}, {0, 0x2000}, {0x3000, 0x2000}};
    char err[NP_PROFILE_ERROR];

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        size_t              n;
        unsigned char      *image = small_image(&n);
        np_format_header_t *h = (np_format_header_t *) image;
        np_format_module_t *m
            = (np_format_module_t *) (image
                                      + h->table[NP_TABLE_MODULES].offset);
        np_profile_t *p;

        m->start = f[i].start;
        m->end = f[i].end;
        h->ended = NP_ENDED_NOT;
        p = np_profile_load(file_of(image, n), err);
        ck_assert_msg(p != NULL, "%s", err);
        ck_assert_uint_eq(p->nmodules, 0);
        ck_assert_uint_eq(p->dropped, 1);
        ck_assert_uint_eq(p->place[0].module, NP_NO_MODULE);
        np_profile_free(p);
        h->ended = NP_ENDED_EXIT;
        if (f[i].start > f[i].end) {
            ck_assert_str_eq(refusal(image, n),
                             "damaged: a module ends before it starts");
        }
        free(image);
    }
}
END_TEST


/* by the clock where a millisecond has several */
START_TEST(test_times_of_one_millisecond)
{
    size_t              n;
    unsigned char      *image = small_image(&n), *longer;
    np_format_header_t *h = (np_format_header_t *) image;
    np_format_table_t  *t = &h->table[NP_TABLE_TIMES];
    char                err[NP_PROFILE_ERROR];
    np_profile_t       *p;

    longer = calloc(1, n + 40 * sizeof(np_format_time_t));
    t->offset = n;
    t->used = t->capacity = 40;
    memcpy(longer, image, n);
    for (unsigned i = 0; i < 40; i++) {
        np_format_time_t one = {7, 1000 - i, i, 10, 11, 12, 13, 14};

        memcpy(longer + n + i * sizeof(one), &one, sizeof(one));
    }
    p = np_profile_load(file_of(longer, n + 40 * sizeof(np_format_time_t)),
                        err);
    ck_assert_msg(p != NULL, "%s", err);
    for (unsigned i = 0; i < 40; i++) {
        ck_assert_uint_eq(p->time[i].clock, 961 + i);
    }
    np_profile_free(p);
    free(longer);
    free(image);
}
END_TEST


/* records of a later version are longer: what we know of them is read */
START_TEST(test_longer_records)
{
    size_t              n;
    unsigned char      *image = small_image(&n), *longer;
    np_format_header_t *h = (np_format_header_t *) image;
    np_format_table_t  *t = &h->table[NP_TABLE_TIMES];
    np_format_time_t    one = {7, 8, 9, 10, 11, 12, 13, 14};
    char                err[NP_PROFILE_ERROR];
    np_profile_t       *p;

    longer = calloc(1, n + 4 * (sizeof(one) + 8));
    t->offset = n;
    t->size = sizeof(one) + 8;
    t->used = t->capacity = 2;
    memcpy(longer, image, n);
    memcpy(longer + n, &one, sizeof(one));
    one.ms = 70;
    memcpy(longer + n + sizeof(one) + 8, &one, sizeof(one));
    p = np_profile_load(file_of(longer, n + 2 * (sizeof(one) + 8)), err);
    ck_assert_msg(p != NULL, "%s", err);
    ck_assert_uint_eq(p->ntimes, 2);
    ck_assert_uint_eq(p->time[0].ms, 7);
    ck_assert_uint_eq(p->time[1].ms, 70);
    ck_assert_uint_eq(p->time[1].pinned, 14);
    np_profile_free(p);
    free(longer);
    free(image);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("profile_damage");
    TCase *t = tcase_create("damage");
    int    n = 0;

    while (profile_damages[n].name != NULL) {
        n++;
    }
    /* tens of thousands of profiles; slow under sanitizers */
    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, test_each_damage, 0, n);
    tcase_add_test(t, test_each_byte);
    tcase_add_test(t, test_each_length);
    tcase_add_test(t, test_foreign);
    tcase_add_test(t, test_reasons);
    tcase_add_test(t, test_long_command);
    tcase_add_test(t, test_long_tables);
    tcase_add_test(t, test_depth);
    tcase_add_test(t, test_live_file);
    tcase_add_test(t, test_live_module);
    tcase_add_test(t, test_times_of_one_millisecond);
    tcase_add_test(t, test_longer_records);
    suite_add_tcase(s, t);

    return s;
}
