/*
 * A table in planes comes back as it was, whatever its bytes are, and takes
 * less room when it is compressed.
 */

#include "config.h"

#include "report/np_planes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "check_suite.h"

#define CK_RECORDS 300

static const struct {
    np_table_e table;
    size_t     size;
} ck_table[] = {
    {NP_TABLE_COMMAND, 1},
    {NP_TABLE_NODES, sizeof(np_format_node_t)},
    {NP_TABLE_SITES, sizeof(np_format_site_t)},
    {NP_TABLE_TIMES, sizeof(np_format_time_t)},
};


START_TEST(test_any_bytes)
{
    size_t size = ck_table[_i].size, n = CK_RECORDS * size;
    char  *was = malloc(n), *records = malloc(n), *planes = malloc(n);

    srand(7);
    for (size_t i = 0; i < n; i++) {
        was[i] = (char) rand();
    }
    memcpy(records, was, n);
    np_planes_make(planes, records, ck_table[_i].table, size, CK_RECORDS);
    memset(records, 0, n);
    np_planes_undo(records, planes, ck_table[_i].table, size, CK_RECORDS);
    ck_assert_mem_eq(records, was, n);
    free(was);
    free(records);
    free(planes);
}
END_TEST


/* bytes of z that n bytes become */
static uLong
ck_deflated(const void *m, size_t n)
{
    uLong  size = compressBound(n);
    Bytef *to = malloc(size);

    ck_assert_int_eq(compress(to, &size, m, n), Z_OK);
    free(to);
    return size;
}


START_TEST(test_smaller)
{
    static np_format_site_t s[CK_RECORDS];
    static char             planes[sizeof(s)];
    uLong                   before;

    srand(7);
    for (size_t i = 0; i < CK_RECORDS; i++) {
        memset(&s[i], 0, sizeof(s[i]));
        s[i].node = (uint32_t) (3 * i + (unsigned) rand() % 3);
        s[i].samples = s[i].allocs = 1 + (unsigned) rand() % 1000;
        s[i].free_samples = s[i].frees = (unsigned) rand() % s[i].allocs;
        s[i].live_objects = s[i].allocs - s[i].frees;
        s[i].alloc_bytes = 48 * s[i].allocs;
        s[i].free_bytes = 48 * s[i].frees;
        s[i].live_bytes = 48 * s[i].live_objects;
        s[i].runs = s[i].temporary = s[i].frees;
    }
    before = ck_deflated(s, sizeof(s));
    np_planes_make(planes, s, NP_TABLE_SITES, sizeof(s[0]), CK_RECORDS);
    ck_assert_uint_lt(2 * ck_deflated(planes, sizeof(planes)), before);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("planes");
    TCase *t = tcase_create("planes");

    tcase_add_loop_test(t, test_any_bytes, 0,
                        sizeof(ck_table) / sizeof(ck_table[0]));
    tcase_add_test(t, test_smaller);
    suite_add_tcase(s, t);
    return s;
}
