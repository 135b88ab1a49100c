// What Swift's Glibc module leaves out of <spawn.h>.
#ifndef BACKNOVA_CSPAWN_H
#define BACKNOVA_CSPAWN_H

#include <spawn.h>

// Has the spawned process start without the descriptors from `first` on.
int bn_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

#endif
