/*
 * A turn knows whether a port of this machine accepts connections.  All else
 * of it is the matter of tests/compare.
 */

#include "config.h"

#include "cli/np_turn.h"

#include <check.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check_suite.h"


START_TEST(test_port_is_open_while_somebody_listens)
{
    struct sockaddr_in a;
    socklen_t          size = sizeof(a);
    int                fd = socket(AF_INET, SOCK_STREAM, 0);
    unsigned           port;

    memset(&a, 0, sizeof(a));
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *) &a, sizeof(a)), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *) &a, &size), 0);
    port = ntohs(a.sin_port);
    ck_assert_int_eq(np_turn_port_is_open(port), 0);
    ck_assert_int_eq(listen(fd, 5), 0);
    ck_assert_int_eq(np_turn_port_is_open(port), 1);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(np_turn_port_is_open(port), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("turn");
    TCase *t = tcase_create("port");

    tcase_add_test(t, test_port_is_open_while_somebody_listens);
    suite_add_tcase(s, t);
    return s;
}
