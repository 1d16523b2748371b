"""seccomp: which system calls a worker has no business with, as a filter that the kernel runs before each of them.

Refused calls fail with EPERM, so that whatever tried them goes on to its next way; a call of another machine's kind
ends the process. A filter can never be taken back, and whatever the process starts has it too.
"""

import ctypes
import errno
import platform
import socket
from collections.abc import Sequence
from dataclasses import dataclass

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, JUMP_EQ, JUMP_GE, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""The few instructions of the kernel's packet filter that are used here."""
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16
"""Where the kernel puts the call's number, its machine and its arguments (8 bytes each, the low half first)."""
X32 = 0x40000000
"""Calls of x86-64 with 32-bit pointers: the same calls under other numbers."""
CLONE_THREAD, MSG_FASTOPEN, PROT_EXEC = 0x10000, 0x20000000, 0x4

NOBODYS = {
    # Another program, another process, or a look into one.
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272),
    # Ways into the kernel, and ways around this filter.
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "modify_ldt": (154, None),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_secret": (447, 447),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "personality": (135, 92),
    # Another file system, or another view of it.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "fanotify_init": (300, 262),
    # Other rights, on itself or on files.
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setreuid": (113, 145),
    "setregid": (114, 143),
    "setresuid": (117, 147),
    "setresgid": (119, 149),
    "setgroups": (116, 159),
    "setfsuid": (122, 151),
    "setfsgid": (123, 152),
    "capset": (126, 91),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    # The machine itself.
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "iopl": (172, None),
    "ioperm": (173, None),
    "vhangup": (153, 58),
    # A new address on the network; the sockets that it serves were bound before it began.
    "bind": (49, 200),
}
"""Calls that no worker makes, with their numbers on x86-64 and on arm64."""
SOCKET, SOCKETPAIR, CLONE, CLONE3 = (41, 198), (53, 199), (56, 220), (435, 435)
SENDTO, SENDMSG, SENDMMSG, PRLIMIT = (44, 206), (46, 211), (307, 269), (302, 261)
MMAP, MPROTECT, PKEY_MPROTECT = (9, 222), (10, 226), (329, 288)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""The column of the numbers, and the kernel's name of the machine."""

Step = tuple[int, int, int, int]
"""An instruction, its two jumps (how many to pass over) and its value."""


class NoFilter(Exception):
    """This kernel or machine has none of it; the message says which."""


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


@dataclass(frozen=True, slots=True)
class _Machine:
    column: int
    name: int

    def refuse(self, numbers: tuple[int, int | None], error: int = errno.EPERM) -> Sequence[Step]:
        """Refuse a call whatever its arguments."""
        number = numbers[self.column]
        return () if number is None else ((JUMP_EQ, 0, 1, number), (RETURN, 0, 0, ERRNO | error))

    def refuse_when(
        self, numbers: tuple[int, int], argument: int, test: int, value: int, *, unless: bool
    ) -> list[Step]:
        """Refuse a call by one argument: when the test holds, or unless it does."""
        no, yes = (RETURN, 0, 0, ERRNO | errno.EPERM), (RETURN, 0, 0, ALLOW)
        return [
            (JUMP_EQ, 0, 4, numbers[self.column]),
            (LOAD, 0, 0, ARGUMENTS + 8 * argument),
            (test, 0, 1, value),
            yes if unless else no,
            no if unless else yes,
        ]

    def program(self, *rules: Sequence[Step]) -> list[Step]:
        """The whole filter: what no rule refuses is allowed."""
        head: list[Step] = [
            (LOAD, 0, 0, MACHINE),
            (JUMP_EQ, 1, 0, self.name),
            (RETURN, 0, 0, KILL),
            (LOAD, 0, 0, NUMBER),
            (JUMP_GE, 0, 1, X32),
            (RETURN, 0, 0, KILL),
        ]
        return [*head, *(step for rule in rules for step in rule), (RETURN, 0, 0, ALLOW)]


def strict() -> None:
    """From here on: no other program or process, no socket but a local one, nothing of the machine. NoFilter if none.

    `no_new_privs` must be set. A socket that was accepted could be made to open a connection by sending with
    MSG_FASTOPEN, which no rule about connecting sees.
    """
    here = _machine()
    local = [here.refuse_when(one, 0, JUMP_EQ, socket.AF_UNIX, unless=True) for one in (SOCKET, SOCKETPAIR)]
    threads = here.refuse_when(CLONE, 0, JUMP_SET, CLONE_THREAD, unless=True)
    # Its flags lie in memory, where no filter looks; without it libraries use `clone`.
    newer = here.refuse(CLONE3, errno.ENOSYS)
    opening = [
        here.refuse_when(one, place, JUMP_SET, MSG_FASTOPEN, unless=False)
        for one, place in ((SENDTO, 3), (SENDMSG, 2), (SENDMMSG, 3))
    ]
    own_limits = here.refuse_when(PRLIMIT, 0, JUMP_EQ, 0, unless=True)
    nobodys = [here.refuse(numbers) for numbers in NOBODYS.values()]
    _install(here.program(*local, threads, newer, *opening, own_limits, *nobodys))


def no_new_code() -> None:
    """From here on no page of memory becomes code: nothing is compiled, and no library is loaded. NoFilter if none."""
    here = _machine()
    _install(
        here.program(
            *(here.refuse_when(one, 2, JUMP_SET, PROT_EXEC, unless=False) for one in (MMAP, MPROTECT, PKEY_MPROTECT))
        )
    )


def _machine() -> _Machine:
    try:
        return _Machine(*MACHINES[platform.machine()])
    except KeyError:
        raise NoFilter(f"there is no list of system calls for {platform.machine()}") from None


def _install(steps: Sequence[Step]) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(steps), (_Step * len(steps))(*(_Step(*one) for one in steps)))
    if not hasattr(library, "prctl") or library.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program)):
        raise NoFilter(f"this kernel takes no filter of system calls ({errno.errorcode.get(ctypes.get_errno())})")
