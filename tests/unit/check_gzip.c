/*
 * What is compressed is what zlib reads back, and the same each time.
 */
#include "config.h"

#include "report/np_gzip.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "check_suite.h"

#define SIZE 1000000


/* SIZE bytes that compress badly, in pieces; for free() */
static char *
compressed(const char *data, size_t piece, size_t *n)
{
    char      *text = NULL;
    FILE      *f = open_memstream(&text, n);
    np_gzip_t *z = np_gzip_open(f);

    ck_assert_ptr_nonnull(z);
    for (size_t at = 0; at < SIZE; at += piece) {
        ck_assert_int_eq(
            np_gzip_write(z, data + at, SIZE - at < piece ? SIZE - at : piece),
            0);
    }
    ck_assert_int_eq(np_gzip_close(z), 0);
    ck_assert_int_eq(fclose(f), 0);
    return text;
}


START_TEST(test_round_trip)
{
    char    *data = malloc(SIZE), *back = malloc(SIZE + 1), *text, *again;
    size_t   n, m;
    unsigned x = 1;
    z_stream z = {0};

    for (size_t i = 0; i < SIZE; i++) {
        x = x * 1103515245 + 12345;
        data[i] = (char) (x >> 16);
    }
    text = compressed(data, SIZE, &n);
    again = compressed(data, SIZE, &m);
    ck_assert_uint_eq(n, m);
    ck_assert_mem_eq(text, again, n);
    free(again);
    free(text);
    text = compressed(data, 777, &n);

    /* 31: a gzip header, which plain inflate refuses */
    ck_assert_int_eq(inflateInit2(&z, 31), Z_OK);
    z.next_in = (Bytef *) text;
    z.avail_in = (uInt) n;
    z.next_out = (Bytef *) back;
    z.avail_out = SIZE + 1;
    ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    ck_assert_uint_eq(z.total_out, SIZE);
    ck_assert_uint_eq(z.avail_in, 0);
    ck_assert_mem_eq(back, data, SIZE);
    inflateEnd(&z);
    free(text);
    free(back);
    free(data);
}
END_TEST


START_TEST(test_full_disk)
{
    FILE      *f = fopen("/dev/full", "w");
    np_gzip_t *z;

    if (f == NULL) {
        return;
    }
    setvbuf(f, NULL, _IONBF, 0);
    z = np_gzip_open(f);
    ck_assert_ptr_nonnull(z);
    (void) np_gzip_write(z, "x", 1);
    ck_assert_int_eq(np_gzip_close(z), -1);
    fclose(f);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("gzip");
    TCase *t = tcase_create("streams");

    tcase_add_test(t, test_round_trip);
    tcase_add_test(t, test_full_disk);
    suite_add_tcase(s, t);

    return s;
}
