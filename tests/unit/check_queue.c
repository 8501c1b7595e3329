/*
 * np_queue: the order of members after each operation, seen from both ends.
 */

#include "config.h"

#include "base/np_queue.h"
#include "check_suite.h"

typedef struct {
    int        before; /* so that the link is not at the start */
    np_queue_t link;
    int        value;
} check_member_t;

static np_queue_t     check_head;
static check_member_t check_m[4];


static void
check_setup(void)
{
    int i;

    np_queue_init(&check_head);

    for (i = 0; i < 4; i++) {
        check_m[i].before = -1;
        check_m[i].value = i;
        np_queue_init(&check_m[i].link);
    }
}


/* the members forward are the digits of want, and backward too */
static void
check_order(const char *want)
{
    int         n = 0, last;
    np_queue_t *q;

    np_queue_each(q, &check_head)
    {
        ck_assert_int_ne(want[n], '\0');
        ck_assert_int_eq(np_queue_data(q, check_member_t, link)->value,
                         want[n] - '0');
        n++;
    }

    ck_assert_int_eq(want[n], '\0');
    ck_assert_int_eq(np_queue_empty(&check_head), n == 0);
    last = n;

    for (q = check_head.prev; q != &check_head; q = q->prev) {
        ck_assert_int_gt(last, 0);
        last--;
        ck_assert_int_eq(np_queue_data(q, check_member_t, link)->value,
                         want[last] - '0');
    }

    ck_assert_int_eq(last, 0);
}


START_TEST(members_keep_their_order)
{
    check_order("");
    np_queue_insert_tail(&check_head, &check_m[1].link);
    check_order("1");
    np_queue_insert_tail(&check_head, &check_m[2].link);
    check_order("12");
    np_queue_insert_head(&check_head, &check_m[0].link);
    check_order("012");
    np_queue_insert_tail(&check_head, &check_m[3].link);
    check_order("0123");
}
END_TEST


START_TEST(a_removed_member_is_in_no_list)
{
    int i;

    for (i = 0; i < 4; i++) {
        np_queue_insert_tail(&check_head, &check_m[i].link);
    }

    np_queue_remove(&check_m[1].link);
    check_order("023");
    ck_assert_int_eq(np_queue_empty(&check_m[1].link), 1);

    /* twice does no harm */
    np_queue_remove(&check_m[1].link);
    check_order("023");

    np_queue_remove(&check_m[0].link);
    check_order("23");
    np_queue_remove(&check_m[3].link);
    check_order("2");
    np_queue_remove(&check_m[2].link);
    check_order("");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("queue");
    TCase *t = tcase_create("queue");

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, members_keep_their_order);
    tcase_add_test(t, a_removed_member_is_in_no_list);
    suite_add_tcase(s, t);

    return s;
}
