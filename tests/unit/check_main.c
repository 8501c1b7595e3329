/*
 * The main() of every unit test: runs the suite that check_suite() of the
 * tested module's file makes, each test in a process of its own (CK_FORK=no
 * for a debugger), and fails if one of them did.
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "check_suite.h"


int
check_forks(void)
{
    const char *value = getenv("CK_FORK");

    return value == NULL || strcmp(value, "no") != 0;
}


int
main(void)
{
    int      failed;
    SRunner *r;

    r = srunner_create(check_suite());
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);

    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
