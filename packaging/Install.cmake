set(engine_folder ${CMAKE_INSTALL_LIBDIR}/ovation)
install(TARGETS ovation RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ovation_core ovation_engine LIBRARY DESTINATION ${engine_folder})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/example ${CMAKE_SOURCE_DIR}/resources/models
        DESTINATION ${CMAKE_INSTALL_DATADIR}/ovation)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/examples
        DESTINATION ${CMAKE_INSTALL_DATADIR}/ovation COMPONENT documents
        # what npm and Python leave there when the examples are run
        REGEX "/(node_modules|package(-lock)?\\.json|__pycache__)$" EXCLUDE
        REGEX "(\\.sh|\\.py|/node/applause\\.js)$"
        PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/man/ovation.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT documents)
if(OVATION_STUDIO)
  set(desktop ${CMAKE_SOURCE_DIR}/packaging/desktop)
  install(TARGETS ovation-studio RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/man/ovation-studio.1
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT documents)
  install(FILES ${desktop}/org.ovation.Studio.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES ${desktop}/org.ovation.Studio.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
  install(FILES ${desktop}/org.ovation.Studio.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
  install(FILES ${desktop}/org.ovation.Studio.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "Ovation")
set(CPACK_PACKAGE_CONTACT "Ovation developers <developers@ovation.invalid>")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-openmp")
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
include(CPack)
