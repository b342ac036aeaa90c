-- Why: a letter that was still owed when its invitation ended is never sent. It must not stand first
-- among those that are looked through for the next one.

drop index public.invitations_letter_due_idx;
create index invitations_letter_due_idx on public.invitations (letter_due_at, id)
where letter_due_at is not null and status in ('pending', 'sent', 'delivered', 'bounced', 'opened');
