/*
 * A library that is loaded again and again: its file is opened once, and what
 * is wrong with it is said once.
 */
#include "config.h"

#include "report/np_symbols.h"

#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "export_samples.h"
#include "profile_maker.h"
#include "sample_code.h"

#define RELOAD_APART 0x100000000ull


/* where this program's code is, less where its file has it */
static uint64_t
own_bias(void)
{
    maker_t            *m = maker_create(0);
    np_format_header_t *h;
    unsigned char      *image;
    size_t              n;
    uint64_t            bias;

    maker_own_modules(m);
    image = maker_image(m, &n);
    h = (np_format_header_t *) image;
    bias = ((np_format_module_t *) (image + h->table[NP_TABLE_MODULES].offset))
               ->bias;
    free(image);
    maker_destroy(m);
    return bias;
}


/* this program's file n times, each at another address, and a frame in each;
 * id: a build-id of four bytes, or NULL */
static maker_t *
reloaded(unsigned n, const char *id)
{
    maker_t            *m = maker_create(0);
    np_format_module_t *r;
    uint64_t            at = (uint64_t) (uintptr_t) sample_hostile + 8;
    uint32_t            node = 0;
    char                path[400] = "";

    ck_assert_int_gt(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
    for (unsigned i = 0; i < n; i++) {
        uint64_t away = RELOAD_APART * i;

        r = maker_module(m, path, at - 64 + away, at + 64 + away,
                         own_bias() + away);
        if (id != NULL) {
            memcpy(r->build_id, id, 4);
            r->build_id_length = 4;
        }
        node = maker_node(m, node, at + away);
    }
    maker_alloc(m, maker_site(m, node), 0, 1, 1);
    return m;
}


/* bytes that naming all places takes; name: of each.  *lines: warnings */
static size_t
name_all(maker_t *m, unsigned n, const char *name, unsigned *lines)
{
    np_symbols_options_t o = {NULL, NULL, 0, NULL};
    export_sample_t      s;
    np_symbols_t        *y;
    char                *text = NULL;
    size_t               size, before, after;

    o.warnings = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(o.warnings);
    export_sample_open(&s, m);
    ck_assert_uint_eq(s.profile->nplaces, n);
    before = mallinfo2().uordblks;
    y = np_symbols_open(s.profile, &o);
    ck_assert_ptr_nonnull(y);
    for (unsigned i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(
            strstr(np_symbols_at(y, i)->frame->function, name));
    }
    after = mallinfo2().uordblks;
    np_symbols_free(y);
    export_sample_close(&s);
    ck_assert_int_eq(fclose(o.warnings), 0);
    *lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
        ++*lines;
    }
    free(text);
    return after - before;
}


START_TEST(test_file_is_opened_once)
{
    unsigned lines;
    size_t   one = name_all(reloaded(1, NULL), 1, SAMPLE_HOSTILE, &lines);
    size_t   many = name_all(reloaded(100, NULL), 100, SAMPLE_HOSTILE, &lines);

    ck_assert_uint_eq(lines, 0);
    ck_assert_uint_le(many, 4 * one);
}
END_TEST


START_TEST(test_other_file_is_told_once)
{
    unsigned lines;

    (void) name_all(reloaded(100, "abc"), 100, "reload+0x", &lines);
    ck_assert_uint_eq(lines, 1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("symbols_reload");
    TCase *t = tcase_create("reload");

    tcase_add_test(t, test_file_is_opened_once);
    tcase_add_test(t, test_other_file_is_told_once);
    suite_add_tcase(s, t);

    return s;
}
