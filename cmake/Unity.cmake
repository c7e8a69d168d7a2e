# Several sources are compiled as one: most of the compiler's time goes into the headers of Qt and LibTorch, and is
# then spent once for eight sources. -DCMAKE_UNITY_BUILD=OFF compiles each alone.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "Compile several sources as one")
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8 CACHE STRING "Sources compiled as one; 0: all of a target")

# ovation_apart(SOURCES...): sources whose own names clash with another's, compiled alone.
function(ovation_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
