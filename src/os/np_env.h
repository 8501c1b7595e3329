#ifndef NP_ENV_H
#define NP_ENV_H

/*
 * The environment of the process, read without getenv(): the first malloc
 * comes from ld.so, before libc has set environ.  Works on what libc holds
 * once it does, and on the initial stack before.
 */

/* value of NAME, or NULL; NULL for every name in an AT_SECURE process (set
 * user id, file capabilities).  Points into the environment: not to be kept
 * across a setenv by the program. */
const char *np_env_get(const char *name);

/* all of it, NAME=value each, ending in NULL; nothing in an AT_SECURE
 * process.  Not to be kept either. */
const char *const *np_env_list(void);

/* 1 if the process runs with privileges its caller lacks (AT_SECURE) */
int np_env_is_secure(void);

/* the command's name (basename of argv[0], cut at 63 bytes), or "?"; copied
 * by the first call, since programs write titles over their arguments later:
 * np_options_init() makes that call, before there are threads, if there are
 * any options: without them nobody asks */
const char *np_env_command(void);

/* the program's file as execve(2) was told, which may be a relative name; ""
 * where the kernel does not say */
const char *np_env_program(void);

#endif
