-- Why: a recogniser says of each word when it was said and how sure it is of it. That is kept beside the
-- final it belongs to, as a help for whoever checks a transcript against a recording. It is no part of
-- the transcript, nothing is scored by it, and it goes with the finals.

alter table public.speech_finals
add column words jsonb check (jsonb_typeof(words) = 'array' and octet_length(words::text) <= 262144);

-- As before, with the words of each piece: words?: [{content, start_time_ms, end_time_ms, confidence?}].
create or replace function public.append_segments(
  interview_id uuid,
  caller_id uuid,
  turn_id text,
  segments jsonb
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk;
  piece record;
  reached integer;
  accepted integer := 0;
  repeated integer := 0;
begin
  if coalesce(char_length(turn_id), 0) not between 1 and 100
    or coalesce(jsonb_typeof(segments), '') <> 'array'
    or jsonb_array_length(segments) not between 1 and 200
  then
    perform private.fail(422, 'validation_error', 'turn_id, segments');
  end if;
  talk := private.lock_own_talk(interview_id, caller_id);
  if talk.status <> 'in_progress' then
    perform private.fail(400, 'interview_not_in_progress', 'interview: ' || talk.status);
  end if;
  if exists (
    select from public.interview_turns as turn
    where turn.turn_id = append_segments.turn_id
      and talk.id in (turn.interview_id, turn.practice_interview_id)
  ) then
    return jsonb_build_object('accepted', 0, 'repeated', 0, 'late', jsonb_array_length(segments));
  end if;

  insert into private.transcript_heads (talk_id) values (talk.id) on conflict do nothing;
  select head.last_final into reached
  from private.transcript_heads as head
  where head.talk_id = talk.id
  for update;
  for piece in
    select *
    from jsonb_to_recordset(segments) as sent (
      segment_key text, content text, start_time_ms integer, end_time_ms integer, confidence numeric,
      words jsonb
    )
  loop
    if coalesce(char_length(piece.segment_key), 0) not between 1 and 100
      or coalesce(char_length(piece.content), 0) not between 1 and 50000
      or piece.start_time_ms < 0
      or piece.end_time_ms < piece.start_time_ms
      or not coalesce(piece.confidence, 0) between 0 and 1
    then
      perform private.fail(422, 'validation_error', 'segments');
    end if;
    insert into public.speech_finals (
      interview_id, practice_interview_id, turn_id, segment_key, sequence, content, start_time_ms,
      end_time_ms, confidence, words
    )
    values (
      case when talk.kind = 'live' then talk.id end,
      case when talk.kind = 'practice' then talk.id end,
      append_segments.turn_id, piece.segment_key, reached + 1, piece.content, piece.start_time_ms,
      piece.end_time_ms, piece.confidence, piece.words
    )
    on conflict do nothing;
    if found then
      reached := reached + 1;
      accepted := accepted + 1;
    else
      repeated := repeated + 1;
    end if;
  end loop;
  update private.transcript_heads set last_final = reached where talk_id = talk.id;
  if talk.kind = 'live' then
    update public.interviews set last_seen_at = clock_timestamp() where id = talk.id;
  else
    update public.practice_interviews set last_seen_at = clock_timestamp() where id = talk.id;
  end if;
  return jsonb_build_object('accepted', accepted, 'repeated', repeated, 'late', 0);
end
$$;
