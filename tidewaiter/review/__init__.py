"""The regional office: its queue, who looks at what, what is sampled, what it is asked, how good the data are."""
