# Warnings as errors in our own code; third-party headers are included as system headers.
add_library(ovation_options INTERFACE)
target_compile_options(ovation_options INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                       -Woverloaded-virtual -fno-math-errno
                       # GCC 12 raises this falsely inside std::string's operator+ (GCC bug 105651).
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Unnamed namespaces of sources that are compiled as one count as a header's to GCC.
target_compile_options(ovation_options INTERFACE $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
target_compile_features(ovation_options INTERFACE cxx_std_20)
if(OVATION_SANITIZE)
  # With the checks woven in, GCC 12 no longer sees which member of a variant is alive.
  target_compile_options(ovation_options INTERFACE -fsanitize=${OVATION_SANITIZE} -fno-omit-frame-pointer
                                                   -Wno-maybe-uninitialized)
  target_link_options(ovation_options INTERFACE -fsanitize=${OVATION_SANITIZE})
endif()
