#ifndef NP_MODULE_H
#define NP_MODULE_H

/*
 * The modules that are loaded, as the profile lists them: ranges of addresses,
 * file and build-id.  Looked at when profiling begins, when an address of a
 * new stack lies in none that is known, and when one was unloaded, which
 * begins a new generation.
 *
 * np_module_look() walks the loader's list, if it has grown since, and must not
 * be called with a lock held that a constructor of a module could want, nor
 * inside the gate (np_gate.h), which it enters; the profile lock is taken for
 * each entry.
 */

#include <link.h>
#include <stdint.h>

#include "format/np_format.h"

/* modules unloaded so far, as far as we know */
unsigned np_module_generation(void);

/* a module may have been unloaded: a new generation, if the loader says that
 * one was.  No lock held. */
void np_module_unloaded(void);

/* brings the list up to date */
void np_module_look(void);

/* what the loader says of a module; generations are 0 */
void np_module_describe(np_format_module_t        *m,
                        const struct dl_phdr_info *info);

/* 1 if the address is in a module of the list, of this generation */
int np_module_knows(uintptr_t address);

/* the generation in which the module that has the address in this one was
 * first seen; NP_MODULE_NONE: none of the list has it */
#define NP_MODULE_NONE UINT32_MAX
uint32_t np_module_from(uintptr_t address, unsigned generation);

#endif
