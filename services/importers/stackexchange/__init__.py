"""Stack Exchange data dumps: a folder of Posts, Votes, Users and Comments XML.

One happening is one action, so that nothing is counted twice:

    Users     member.joined
    Posts     post.created kind question, reply.created kind answer, post.community_owned;
              post.viewed with the whole count at the dump's end
    Comments  reply.created kind comment
    Votes     reaction.added kind up, down, bookmark; answer.accepted; bounty.offered, .awarded;
              report.filed for spam and offensive flags

Not said: tag wikis, moderation votes, the votes on posts that were deleted (a dump leaves those
out), and Badges: Hearth awards its own, and compares.
"""
