#ifndef CHECK_SUITE_H
#define CHECK_SUITE_H

/*
 * What the files of unit tests share: the name of their one function, and a
 * way to read what the tested code writes on standard error.
 */

#include <check.h>
#include <stddef.h>

/* of the file check_<module>.c */
Suite *check_suite(void);

/* 0 with CK_FORK=no, where the tests follow each other in one process: those
 * that the library ends, or that want one without a past, are left out */
int check_forks(void);

/* from now on standard error is a file in memory, also for children */
void check_stderr_begin(void);

/* what was written since, as a string into buf of n bytes; standard error is
 * what it was before */
void check_stderr_end(char *buf, size_t n);

/* how many lines s has; the last one must end in a newline */
int check_lines(const char *s);

#endif
