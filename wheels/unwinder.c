/* Stands in for GCC's unwinder, libgcc_s.so.1, while zig links; at run time the system's own is loaded. wheels/build
 * compiles it for each architecture, with the versions in unwinder.map.
 *
 * Problem: zig has no libgcc_s and would link an unwinder of its own into the library. When Python ends, it ends the
 * threads that wait in a call by unwinding them with libgcc_s (pthread_exit); two unwinders in one stack crash the
 * process. Choice: the library asks for libgcc_s, as what GCC links does: glibc's pthread_exit needs it anyway, and
 * every Lambda runtime has it. Only names count here: those that Rust's standard library uses. */

void _Unwind_Backtrace(void) {}
void _Unwind_DeleteException(void) {}
void _Unwind_FindEnclosingFunction(void) {}
void _Unwind_GetCFA(void) {}
void _Unwind_GetDataRelBase(void) {}
void _Unwind_GetGR(void) {}
void _Unwind_GetIP(void) {}
void _Unwind_GetIPInfo(void) {}
void _Unwind_GetLanguageSpecificData(void) {}
void _Unwind_GetRegionStart(void) {}
void _Unwind_GetTextRelBase(void) {}
void _Unwind_RaiseException(void) {}
void _Unwind_Resume(void) {}
void _Unwind_SetGR(void) {}
void _Unwind_SetIP(void) {}
