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

/* 1 if the process runs with privileges its caller lacks (AT_SECURE) */
int np_env_is_secure(void);

/* the command's name (basename of argv[0]), or "?" */
const char *np_env_command(void);

#endif
