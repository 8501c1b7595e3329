/*
 * Messages on the wire, byte for byte; the examples are those of
 * https://protobuf.dev/programming-guides/encoding.
 */
#include "config.h"

#include "report/np_protobuf.h"

#include <check.h>
#include <stdint.h>
#include <string.h>

#include "check_suite.h"

#define ASSERT_BYTES(b, bytes)                                                \
    do {                                                                      \
        ck_assert_int_eq((b)->failed, 0);                                     \
        ck_assert_uint_eq((b)->n, sizeof(bytes) - 1);                         \
        ck_assert_mem_eq((b)->data, bytes, sizeof(bytes) - 1);                \
    } while (0)


START_TEST(test_numbers)
{
    np_protobuf_t b = {0};

    np_protobuf_number(&b, 1, 0);
    ck_assert_uint_eq(b.n, 0);
    np_protobuf_number(&b, 1, 150);
    ASSERT_BYTES(&b, "\x08\x96\x01");
    np_protobuf_number(&b, 16, UINT64_MAX);
    ASSERT_BYTES(&b, "\x08\x96\x01\x80\x01"
                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    np_protobuf_fini(&b);
}
END_TEST


START_TEST(test_string)
{
    np_protobuf_t b = {0};

    np_protobuf_bytes(&b, 2, "testing", 7);
    ASSERT_BYTES(&b, "\x12\x07testing");
    np_protobuf_bytes(&b, 6, "", 0);
    ASSERT_BYTES(&b, "\x12\x07testing\x32\x00");
    np_protobuf_fini(&b);
}
END_TEST


START_TEST(test_parts)
{
    np_protobuf_t b = {0}, part = {0};

    np_protobuf_number(&part, 1, 150);
    np_protobuf_part(&b, 3, &part);
    ASSERT_BYTES(&b, "\x1a\x03\x08\x96\x01");
    ck_assert_uint_eq(part.n, 0);

    np_protobuf_varint(&part, 3);
    np_protobuf_varint(&part, 270);
    np_protobuf_varint(&part, 86942);
    np_protobuf_part(&b, 6, &part);
    ASSERT_BYTES(&b, "\x1a\x03\x08\x96\x01\x32\x06\x03\x8e\x02\x9e\xa7\x05");
    np_protobuf_fini(&b);
    np_protobuf_fini(&part);
}
END_TEST


START_TEST(test_large)
{
    static char   zeroes[100000];
    np_protobuf_t b = {0};

    np_protobuf_bytes(&b, 1, zeroes, sizeof(zeroes));
    np_protobuf_bytes(&b, 1, zeroes, sizeof(zeroes));
    ck_assert_int_eq(b.failed, 0);
    ck_assert_uint_eq(b.n, 2 * (sizeof(zeroes) + 4));
    ck_assert_mem_eq(b.data, "\x0a\xa0\x8d\x06", 4);
    ck_assert_mem_eq(b.data + sizeof(zeroes) + 4, "\x0a\xa0\x8d\x06", 4);
    np_protobuf_fini(&b);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("protobuf");
    TCase *t = tcase_create("wire");

    tcase_add_test(t, test_numbers);
    tcase_add_test(t, test_string);
    tcase_add_test(t, test_parts);
    tcase_add_test(t, test_large);
    suite_add_tcase(s, t);

    return s;
}
