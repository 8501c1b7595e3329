#ifndef NP_SHEBANG_H
#define NP_SHEBANG_H

/*
 * The interpreter of a script, as its first line names it; of
 * `#!/usr/bin/env X` that is X, options of env(1) and variables left out.
 * Where env's words would have to be unquoted, or X is looked for elsewhere
 * than here, it is env itself.  Any thread, no state.
 */

#define NP_SHEBANG_MAX 256 /* bytes that the kernel reads of a script */

/* line: room for what is read.  NULL: the file names none */
const char *np_shebang(char line[NP_SHEBANG_MAX + 1], const char *path);

#endif
