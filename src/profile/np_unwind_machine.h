#ifndef NP_UNWIND_MACHINE_H
#define NP_UNWIND_MACHINE_H

/*
 * The machine's registers, as libunwind calls them.
 */

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "base/np_attr.h"
#include "profile/np_unwind.h"

#if defined(__x86_64__)

#define NP_UNWIND_FP UNW_X86_64_RBP
/* a register that each function leaves as it was */
#define NP_UNWIND_KEPT UNW_X86_64_RBX


NP_INLINE void
np_unwind_forge(unw_context_t *c, const np_frame_t *f)
{
    c->uc_mcontext.gregs[REG_RIP] = (long long) f->ip;
    c->uc_mcontext.gregs[REG_RSP] = (long long) f->sp;
    c->uc_mcontext.gregs[REG_RBP] = (long long) f->fp;
}

#elif defined(__aarch64__)

#define NP_UNWIND_FP   UNW_AARCH64_X29
#define NP_UNWIND_KEPT UNW_AARCH64_X19


NP_INLINE void
np_unwind_forge(unw_context_t *c, const np_frame_t *f)
{
    c->uc_mcontext.pc = f->ip;
    c->uc_mcontext.sp = f->sp;
    c->uc_mcontext.regs[29] = f->fp;
}

#else
#error "call sites need a machine that libunwind and this file know"
#endif

#endif
