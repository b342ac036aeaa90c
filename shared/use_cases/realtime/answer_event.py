"""Answers what the service tells of sockets: who knocks, who came in, what they say, who left."""

from typing import assert_never

from shared import telemetry
from shared.contracts.realtime import Connected, Failed, Ping, Pong, ServerFrame, read_frame, read_spoken
from shared.domain.push import Closed, Heard, Knocked, Opened, Purpose, PushEvent, Socket
from shared.domain.secret import Secret
from shared.errors import TalentiError
from shared.ports.push import Delivery, Kept, PushWebhook, Reply
from shared.telemetry import Attribute, Event
from shared.use_cases.lifecycle.note_sign import NoteSign
from shared.use_cases.realtime.enter_talk import EnterTalk
from shared.use_cases.realtime.send_frame import SendFrame
from shared.use_cases.realtime.take_dictation import TakeDictation
from shared.use_cases.realtime.talk_over_socket import Describe, TalkOverSocket

log = telemetry.Log(__name__)


class AnswerEvent:
    def __init__(
        self,
        webhook: PushWebhook,
        enter: EnterTalk,
        talk: TalkOverSocket,
        dictate: TakeDictation,
        send: SendFrame,
        describe: Describe,
        note_sign: NoteSign,
    ) -> None:
        self._webhook = webhook
        self._enter = enter
        self._talk = talk
        self._dictate = dictate
        self._send = send
        self._describe = describe
        self._note_sign = note_sign

    def consent(self, origin: str, secret: Secret) -> Reply:
        """Agree to be told. Raises NotSignedInError for anybody but our service."""
        return self._webhook.consent(origin, secret)

    async def __call__(self, delivery: Delivery) -> Reply:
        """Raises NotSignedInError without proof, and what keeps a browser out that knocks."""
        event = self._webhook.read(delivery)
        with telemetry.bind({Attribute.INTERVIEW_ID: str(event.socket.audience.interview_id)}):
            return await self._answer(event)

    async def _answer(self, event: PushEvent) -> Reply:
        match event:
            case Knocked():
                await self._enter.knock(event)
                return self._webhook.welcome(event)
            case Opened(socket=socket):
                await self._send(socket, Connected(interview_id=socket.audience.interview_id))
                await self._note_sign(socket.audience.interview_id, socket.user_id, active=True)
                return self._webhook.answer()
            case Heard(socket=socket) if socket.audience.purpose is Purpose.TRANSCRIPTION:
                return await self._listen(socket, event)
            case Heard(socket=socket):
                said = await self._hear(socket, event)
                return self._webhook.answer(said.frame() if said else None)
            case Closed():
                return self._webhook.answer()
            case _:
                assert_never(event)

    async def _listen(self, socket: Socket, event: Heard) -> Reply:
        """Take an utterance, or what is said around it; refused as any frame is."""
        try:
            spoken = read_spoken(event)
            if isinstance(spoken, Ping):
                await self._note_sign(socket.audience.interview_id, socket.user_id, active=spoken.typing)
            said, dictation = await self._dictate(socket, spoken, event.note)
        except TalentiError as error:
            log.warning(Event.FRAME_REFUSED, error=error)
            return self._webhook.answer(Failed.of(self._describe(error), error, None).frame())
        keep = Kept(socket.audience, dictation.as_note()) if dictation else None
        return self._webhook.answer(said.frame() if said else None, keep)

    async def _hear(self, socket: Socket, event: Heard) -> ServerFrame | None:
        """What is said back at once. A refusal is a frame: any other status would close the socket."""
        turn_id = None
        try:
            frame = read_frame(event)
            if isinstance(frame, Ping):
                await self._note_sign(socket.audience.interview_id, socket.user_id, active=frame.typing)
                return Pong()
            turn_id = frame.turn_id
            await self._talk(socket, frame)
        except TalentiError as error:
            log.warning(Event.FRAME_REFUSED, error=error)
            return Failed.of(self._describe(error), error, turn_id)
        return None
