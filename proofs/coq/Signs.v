(** Order and renaming of expressions, and a sign that can be read off an expression. *)
From Derivlab Require Import Sums Expressions.
From Coq Require Import BinInt Bool.
Open Scope R_scope.

(** A total comparison; equal means the same. *)
Fixpoint lcmp (l m : list nat) : comparison :=
  match l, m with
  | [], [] => Eq | [], _ => Lt | _, [] => Gt
  | i :: l', j :: m' => match Nat.compare i j with Eq => lcmp l' m' | c => c end
  end.
Definition tag (e : expr) : nat := match e with
  | Num _ => 0 | Len _ => 1 | Ten _ _ => 2 | Del _ _ => 3 | Add _ _ => 4 | Mul _ _ => 5
  | Opp _ => 6 | Inv _ => 7 | Exp _ => 8 | Ln _ => 9 | Sum _ _ => 10 | Sgm _ => 11
  | Sqr _ => 12 | Tnh _ => 13 | Der _ _ _ => 14 end.
Fixpoint cmp (a b : expr) : comparison :=
  match a, b with
  | Num p, Num q => Z.compare p q
  | Len d, Len d' => Nat.compare d d'
  | Ten v l, Ten w m => match Nat.compare v w with Eq => lcmp l m | c => c end
  | Del i j, Del i' j' => match Nat.compare i i' with Eq => Nat.compare j j' | c => c end
  | Add a1 a2, Add b1 b2 | Mul a1 a2, Mul b1 b2 =>
      match cmp a1 b1 with Eq => cmp a2 b2 | c => c end
  | Opp a1, Opp b1 | Inv a1, Inv b1 | Exp a1, Exp b1 | Ln a1, Ln b1 | Sgm a1, Sgm b1
  | Sqr a1, Sqr b1 | Tnh a1, Tnh b1 => cmp a1 b1
  | Sum d a1, Sum d' b1 => match Nat.compare d d' with Eq => cmp a1 b1 | c => c end
  | Der v l a1, Der w m b1 =>
      match Nat.compare v w with Eq => match lcmp l m with Eq => cmp a1 b1 | c => c end | c => c end
  | _, _ => Nat.compare (tag a) (tag b)
  end.
Lemma lcmp_eq l : forall m, lcmp l m = Eq -> l = m.
Proof.
  induction l; intros [|j m]; simpl; try discriminate; auto.
  destruct (Nat.compare_spec a j); try discriminate. intros; subst; f_equal; auto.
Qed.
Lemma cmp_eq a : forall b, cmp a b = Eq -> a = b.
Proof.
  induction a; intros []; simpl; try discriminate; intros H;
  repeat match type of H with
  | match Nat.compare ?x ?y with _ => _ end = _ => destruct (Nat.compare_spec x y); try discriminate
  | match lcmp ?x ?y with _ => _ end = _ => destruct (lcmp x y) eqn:?; try discriminate
  | match cmp ?x ?y with _ => _ end = _ => destruct (cmp x y) eqn:?; try discriminate
  end; subst; f_equal; auto using lcmp_eq, Z.compare_eq, Nat.compare_eq.
Qed.
Definition eqe a b := match cmp a b with Eq => true | _ => false end.
Lemma eqe_ok a b : eqe a b = true -> a = b.
Proof. unfold eqe; destruct (cmp a b) eqn:E; try discriminate. intros _; now apply cmp_eq. Qed.
Definition lee a b := match cmp a b with Gt => false | _ => true end.
Fixpoint lsame (l m : list expr) : bool :=
  match l, m with [], [] => true | a :: l', b :: m' => eqe a b && lsame l' m' | _, _ => false end.
Lemma lsame_ok l : forall m, lsame l m = true -> l = m.
Proof.
  induction l; intros [|b m]; simpl; try discriminate; auto.
  intros H; apply andb_prop in H as [H1 H2]. apply eqe_ok in H1. f_equal; auto.
Qed.

(** Renaming of indices, and whether an index occurs. *)
Definition lift (r : nat -> nat) (i : nat) : nat := match i with O => O | S i => S (r i) end.
Fixpoint ren (r : nat -> nat) (e : expr) : expr :=
  match e with
  | Num q => Num q | Len d => Len d
  | Ten v l => Ten v (map r l) | Del i j => Del (r i) (r j)
  | Add a b => Add (ren r a) (ren r b) | Mul a b => Mul (ren r a) (ren r b)
  | Opp a => Opp (ren r a) | Inv a => Inv (ren r a) | Exp a => Exp (ren r a) | Ln a => Ln (ren r a)
  | Sgm a => Sgm (ren r a) | Sqr a => Sqr (ren r a) | Tnh a => Tnh (ren r a)
  | Sum d b => Sum d (ren (lift r) b) | Der v js a => Der v (map r js) (ren r a)
  end.
Fixpoint occ (i : nat) (e : expr) : bool :=
  match e with
  | Num _ | Len _ => false
  | Ten _ l => existsb (Nat.eqb i) l
  | Del a b => Nat.eqb i a || Nat.eqb i b
  | Add a b | Mul a b => occ i a || occ i b
  | Opp a | Inv a | Exp a | Ln a | Sgm a | Sqr a | Tnh a => occ i a
  | Sum _ b => occ (S i) b
  | Der _ js a => existsb (Nat.eqb i) js || occ i a
  end.
Lemma map_ren r l ie ie' : (forall i, existsb (Nat.eqb i) l = true -> ix ie' i = ix ie (r i)) ->
  map (ix ie) (map r l) = map (ix ie') l.
Proof.
  intros H. rewrite map_map. apply map_ext_in. intros i Hi. symmetry; apply H.
  apply existsb_exists. exists i; split; auto. apply Nat.eqb_refl.
Qed.
Lemma ren_ok dm : forall e T r ie ie', (forall i, occ i e = true -> ix ie' i = ix ie (r i)) ->
  eval dm T ie (ren r e) = eval dm T ie' e.
Proof.
  induction e; intros T r ie ie' H; simpl in *; auto;
    try (rewrite (IHe T r ie ie' H); reflexivity);
    try (rewrite (IHe1 T r ie ie'), (IHe2 T r ie ie'); auto; intros i Hi; apply H; rewrite Hi;
         auto using orb_true_r).
  - now rewrite (map_ren r l ie ie' H).
  - rewrite <- !H; auto; rewrite Nat.eqb_refl; auto using orb_true_r.
  - apply bsum_ext; intros k _. apply IHe. intros [|i] Hi; simpl; auto. now apply H.
  - rewrite (map_ren r js ie ie') by (intros i Hi; apply H; now rewrite Hi).
    apply Derive_ext. intros t. apply IHe. intros i Hi; apply H; rewrite Hi. apply orb_true_r.
Qed.

Section Signs.
Variable dm : nat -> nat.

(** [G] holds the size of every index in scope; [inr]: the indices are in range. *)
Definition inr (G ie : list nat) : Prop := Forall2 (fun d k => (k < dm d)%nat) G ie.
Definition memb (d : nat) (G : list nat) : bool := existsb (Nat.eqb d) G.
Lemma memb_pos G ie d : inr G ie -> memb d G = true -> (0 < dm d)%nat.
Proof.
  induction 1; simpl; [discriminate|]. intros E; apply orb_prop in E as [E|E]; auto.
  apply Nat.eqb_eq in E; subst; lia.
Qed.
Lemma inr_ix G ie i : inr G ie -> (i < length G)%nat -> (ix ie i < dm (nth i G 0%nat))%nat.
Proof. intros H. revert i. unfold ix. induction H; simpl; intros [|i] L; try lia; auto. apply IHForall2; lia. Qed.
Lemma inr_length G ie : inr G ie -> length G = length ie.
Proof. induction 1; simpl; auto. Qed.

(** A fact about all entries, used at the indices [r]. *)
Fixpoint fits (G sh r : list nat) : bool :=
  match sh, r with
  | [], [] => true
  | d :: sh, i :: r => (i <? length G)%nat && (nth i G 0%nat =? d)%nat && fits G sh r
  | _, _ => false
  end.
Lemma fits_ok G ie sh : inr G ie -> forall r, fits G sh r = true -> inr sh (map (ix ie) r).
Proof.
  intros HG; induction sh as [|d sh IH]; intros [|i r]; simpl; try discriminate; [constructor|].
  intros E; apply andb_prop in E as [E E3]; apply andb_prop in E as [E1 E2].
  apply Nat.ltb_lt in E1; apply Nat.eqb_eq in E2; subst d.
  constructor; [now apply inr_ix | now apply IH].
Qed.
Fixpoint choices (n m : nat) : list (list nat) :=
  match n with
  | O => [[]]
  | S n => flat_map (fun r => map (fun i => i :: r) (seq 0 m)) (choices n m)
  end.
Definition at_ (G r : list nat) (a : expr) : expr := ren (fun i => nth i r (length G)) a.
Lemma at_ok T G ie r a : inr G ie -> eval dm T ie (at_ G r a) = eval dm T (map (ix ie) r) a.
Proof.
  intros HG. apply ren_ok. intros i _. unfold ix at 1.
  replace 0%nat with (ix ie (length G)) at 1; [apply map_nth|].
  unfold ix. rewrite (inr_length G ie HG). now apply nth_overflow.
Qed.
Definition premise := (list nat * expr)%type.
Definition known (H : list premise) (G : list nat) (e : expr) : bool :=
  existsb (fun f => existsb (fun r => fits G (fst f) r && eqe (at_ G r (snd f)) e)
                            (choices (length (fst f)) (length G))) H.

Variable T : tens.
Variable H : list premise.   (* expressions that are positive at all indices of the given sizes *)
Definition positive_facts : Prop :=
  List.Forall (fun f => forall ks, inr (fst f) ks -> 0 < eval dm T ks (snd f)) H.
Hypothesis HH : positive_facts.
Lemma known_ok G ie e : inr G ie -> known H G e = true -> 0 < eval dm T ie e.
Proof.
  intros HG E. apply existsb_exists in E as [[sh a] [Hin E]]. apply existsb_exists in E as [r [_ E]].
  apply andb_prop in E as [F E]. apply eqe_ok in E; subst e. rewrite at_ok by auto.
  unfold positive_facts in HH. rewrite Forall_forall in HH.
  exact (HH (sh, a) Hin _ (fits_ok G ie sh HG r F)).
Qed.

(** A sum of positive terms is positive as soon as its size is that of an index in scope. *)
Inductive sign := Pos | NonNeg | Any.
Definition plus (s t : sign) : sign := match s, t with
  | Pos, Pos | Pos, NonNeg | NonNeg, Pos => Pos | NonNeg, NonNeg => NonNeg | _, _ => Any end.
Definition times (s t : sign) : sign := match s, t with
  | Pos, Pos => Pos | Pos, NonNeg | NonNeg, Pos | NonNeg, NonNeg => NonNeg | _, _ => Any end.
Definition square (a b : expr) : bool := eqe a b || match b with Mul b (Num 1) => eqe a b | _ => false end.
Definition co_sigma (a b : expr) : bool := match a, b with
  | Num 1, Opp (Sgm _) => true | Num 1, Mul (Num (-1)) (Sgm _) => true | _, _ => false end.
Fixpoint sgn (G : list nat) (e : expr) : sign :=
  if known H G e then Pos else
  match e with
  | Num q => if (0 <? q)%Z then Pos else if (q =? 0)%Z then NonNeg else Any
  | Len d => if memb d G then Pos else NonNeg
  | Add a b => if co_sigma a b then Pos else plus (sgn G a) (sgn G b)
  | Mul a b => match times (sgn G a) (sgn G b) with
               | Any => if square a b then NonNeg else Any | s => s end
  | Inv a => match sgn G a with Pos => Pos | _ => Any end
  | Exp _ | Sgm _ => Pos
  | Sqr a => match sgn G a with Pos => Pos | _ => NonNeg end
  | Sum d b => match sgn (d :: G) b with Pos => if memb d G then Pos else NonNeg | s => s end
  | _ => Any
  end.
Definition pos G e := match sgn G e with Pos => true | _ => false end.
Definition means (s : sign) (x : R) : Prop := match s with Pos => 0 < x | NonNeg => 0 <= x | Any => True end.
Lemma plus_ok s t x y : means s x -> means t y -> means (plus s t) (x + y).
Proof. destruct s, t; simpl; intros; auto; lra. Qed.
Lemma times_ok s t x y : means s x -> means t y -> means (times s t) (x * y).
Proof. destruct s, t; simpl; intros; auto; nra. Qed.
Lemma square_ok ie a b : square a b = true -> 0 <= eval dm T ie a * eval dm T ie b.
Proof.
  unfold square. intros E. apply orb_prop in E as [E|E]; [apply eqe_ok in E; subst; nra|].
  destruct b; try discriminate. destruct b2; try discriminate.
  destruct q as [|[p|p|]|p]; try discriminate. apply eqe_ok in E; subst; simpl; nra.
Qed.
Lemma co_sigma_ok ie a b : co_sigma a b = true -> 0 < eval dm T ie a + eval dm T ie b.
Proof.
  destruct a; try discriminate. destruct q as [|[p|p|]|p]; try discriminate.
  destruct b; try discriminate; simpl.
  - destruct b1; try discriminate. destruct q as [|p|[p|p|]]; try discriminate.
    destruct b2; try discriminate. intros _; simpl. generalize (sigma_lt1 (eval dm T ie b2)); lra.
  - destruct b; try discriminate. intros _; simpl. apply sigma_lt1.
Qed.
Lemma sgn_ok : forall e G ie, inr G ie -> means (sgn G e) (eval dm T ie e).
Proof.
  assert (K : forall e G ie s, inr G ie -> means s (eval dm T ie e) ->
    means (if known H G e then Pos else s) (eval dm T ie e)).
  { intros e G ie s HG M. destruct (known H G e) eqn:E; auto. now apply (known_ok G). }
  induction e; intros G ie HG; cbn [sgn]; (apply K; [exact HG|]); try exact I; cbn [eval].
  - destruct (Z.ltb_spec 0 q); [now apply (IZR_lt 0)|].
    destruct (Z.eqb_spec q 0); subst; simpl; auto. lra.
  - destruct (memb d G) eqn:E; simpl; [apply (lt_INR 0); eapply memb_pos; eauto | apply pos_INR].
  - destruct (co_sigma e1 e2) eqn:E; [now apply co_sigma_ok | apply plus_ok; auto].
  - generalize (times_ok _ _ _ _ (IHe1 G ie HG) (IHe2 G ie HG)).
    destruct (times (sgn G e1) (sgn G e2)); auto.
    destruct (square e1 e2) eqn:E; simpl; auto. intros _. now apply square_ok.
  - specialize (IHe G ie HG). destruct (sgn G e); simpl in *; auto. now apply Rinv_0_lt_compat.
  - apply exp_pos.
  - apply sigma_pos.
  - specialize (IHe G ie HG). destruct (sgn G e); simpl in *; [now apply sqrt_lt_R0 | apply sqrt_pos..].
  - simpl. assert (X : forall k, (k < dm d)%nat -> means (sgn (d :: G) e) (eval dm T (k :: ie) e))
      by (intros; apply IHe; now constructor).
    destruct (sgn (d :: G) e); simpl in *; auto using bsum_nonneg.
    destruct (memb d G) eqn:E; simpl.
    + apply bsum_pos; auto. eapply memb_pos; eauto.
    + apply bsum_nonneg. intros k Hk. now apply Rlt_le, X.
Qed.
Lemma pos_ok e G ie : inr G ie -> pos G e = true -> 0 < eval dm T ie e.
Proof. intros HG. unfold pos. specialize (sgn_ok e G ie HG). destruct (sgn G e); auto; discriminate. Qed.

(** [defined] and [meaningful], as far as signs show them; what is left is for a tactic. *)
Fixpoint safe (G : list nat) (e : expr) : bool :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => true
  | Add a b | Mul a b => safe G a && safe G b
  | Opp a | Exp a | Sgm a => safe G a
  | Inv a | Ln a | Sqr a => safe G a && pos G a
  | Sum d b => safe (d :: G) b
  | Tnh _ | Der _ _ _ => false
  end.
Lemma safe_ok : forall e G ie, inr G ie -> safe G e = true -> defined dm T ie e.
Proof.
  induction e; intros G ie HG; simpl; try discriminate; auto; intros E;
    try (apply andb_prop in E as [E1 E2]; split; eauto);
    try (apply (pos_ok _ G ie) in E2; auto; lra); eauto.
  intros k Hk. apply (IHe (d :: G)); auto. now constructor.
Qed.
Fixpoint needs (G ie : list nat) (e : expr) : Prop :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => True
  | Add a b | Mul a b => needs G ie a /\ needs G ie b
  | Opp a | Exp a | Sgm a => needs G ie a
  | Inv a => needs G ie a /\ (if pos G a then True else eval dm T ie a <> 0)
  | Ln a | Sqr a => needs G ie a /\ (if pos G a then True else 0 < eval dm T ie a)
  | Sum d b => forall k, (k < dm d)%nat -> needs (d :: G) (k :: ie) b
  | Tnh _ | Der _ _ _ => False
  end.
Lemma needs_ok : forall e G ie, inr G ie -> needs G ie e -> defined dm T ie e.
Proof.
  induction e; intros G ie HG; simpl; intuition eauto;
    try (destruct (pos G e) eqn:E; auto; apply (pos_ok e G ie) in E; auto; lra).
  eapply IHe; [|now apply H0]. now constructor.
Qed.
Fixpoint clear (G : list nat) (e : expr) : bool :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => true
  | Add a b | Mul a b => clear G a && clear G b
  | Opp a | Inv a | Exp a | Ln a | Sgm a | Sqr a | Tnh a => clear G a
  | Sum d b => clear (d :: G) b
  | Der _ _ a => clear G a && safe G (lower a)
  end.
Lemma clear_ok : forall e G ie, inr G ie -> clear G e = true -> meaningful dm T ie e.
Proof.
  induction e; intros G ie HG; simpl; auto; intros E;
    try (apply andb_prop in E as [E1 E2]; split; eauto); eauto.
  - intros k Hk. apply (IHe (d :: G)); auto. now constructor.
  - eapply safe_ok; eauto.
Qed.
Fixpoint claims (G ie : list nat) (e : expr) : Prop :=
  match e with
  | Num _ | Len _ | Ten _ _ | Del _ _ => True
  | Add a b | Mul a b => claims G ie a /\ claims G ie b
  | Opp a | Inv a | Exp a | Ln a | Sgm a | Sqr a | Tnh a => claims G ie a
  | Sum d b => forall k, (k < dm d)%nat -> claims (d :: G) (k :: ie) b
  | Der _ _ a => claims G ie a /\ needs G ie (lower a)
  end.
Lemma claims_ok : forall e G ie, inr G ie -> claims G ie e -> meaningful dm T ie e.
Proof.
  induction e; intros G ie HG; simpl; intuition eauto.
  - eapply IHe; [|now apply H0]. now constructor.
  - eapply needs_ok; eauto.
Qed.
End Signs.
