"""What can be done to carry out a deletion: one step for each store, and its beginning and end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from shared.contracts.erasure_workflow import ErasureBegun
from shared.ports.accounts import Accounts
from shared.ports.call_tokens import CallTokens
from shared.ports.calls import Calls
from shared.ports.erasures import Erasures
from shared.ports.mailer import Mailer
from shared.use_cases.privacy.close_account import CloseAccount
from shared.use_cases.privacy.erase_files import EraseFiles
from shared.use_cases.privacy.erase_histories import EraseHistories
from shared.use_cases.privacy.erase_identity import EraseIdentity
from shared.use_cases.privacy.erase_rows import EraseRows
from shared.use_cases.privacy.finish_erasure import FailErasure, FinishErasure
from shared.use_cases.privacy.halt_work import HaltWork
from shared.use_cases.privacy.process_deletions import ProcessDeletions
from shared.use_cases.privacy.send_deletion_letter import SendDeletionLetter


@dataclass(frozen=True, slots=True)
class ErasureVerbs:
    process: ProcessDeletions
    begin: Callable[[UUID], Awaitable[ErasureBegun]]
    halt: HaltWork
    files: EraseFiles
    identity: EraseIdentity
    rows: EraseRows
    histories: EraseHistories
    account: CloseAccount
    finish: FinishErasure
    fail: FailErasure
    send_letters: SendDeletionLetter

    @classmethod
    def over(
        cls,
        erasures: Erasures,
        files: EraseFiles,
        calls: Calls,
        call_tokens: CallTokens,
        accounts: Accounts,
        mailer: Mailer,
    ) -> Self:
        send = SendDeletionLetter(erasures, mailer)
        return cls(
            ProcessDeletions(erasures),
            erasures.begin,
            HaltWork(erasures, calls),
            files,
            EraseIdentity(erasures, call_tokens),
            EraseRows(erasures),
            EraseHistories(erasures),
            CloseAccount(erasures, accounts),
            FinishErasure(erasures, send),
            FailErasure(erasures),
            send,
        )
